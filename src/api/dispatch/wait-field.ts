import { z } from 'zod';
import { HTTP_WAIT_SECONDS_MAX } from '../../core/dispatch-limits.ts';

/** How long an answer over HTTP is waited for. */
export const wait = () =>
  z
    .number()
    .min(0)
    .max(HTTP_WAIT_SECONDS_MAX)
    .default(0)
    .describe(
      `Seconds to wait for the end, 0 to ${HTTP_WAIT_SECONDS_MAX}; it goes on whether waited for or not`,
    );

/** Where to look again at what has not ended. */
export const answeredAt =
  (path: string) =>
  (answer: unknown): { readonly status: 200 } | { readonly status: 202; readonly location: string } => {
    const { id, status } = answer as { readonly id: string; readonly status: string };
    const open = status === 'pending' || status === 'running';
    return open ? { status: 202, location: `${path}/${id}` } : { status: 200 };
  };
