import { AppError, messageOf } from '../core/errors.ts';
import { PING_FRESH_MS, PING_WAIT_MS_MAX } from '../core/limits.ts';
import type { Board } from '../core/ports/board.ts';
import type { Control } from '../core/ports/control.ts';

/** Whether a part answers, and in how many milliseconds. */
export interface Health {
  readonly ok: boolean;
  readonly ms: number;
  readonly error?: string;
}

type TemporalHealth = Health & { readonly address: string };

/** Asks the board for its queues; the error says what is wrong with it. */
export async function boardHealth(board: Board): Promise<Health> {
  const start = performance.now();
  try {
    await board.listQueues();
    return { ok: true, ms: elapsed(start) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ok: false, ms: elapsed(start), error: error.message };
  }
}

interface Known {
  at: number;
  health: TemporalHealth;
  asking: Promise<void> | null;
}

const known = new WeakMap<Control, Known>();

/**
 * Whether Temporal answers. Reads must not hang with the server (R-SYS-003): the last answer counts for a few
 * seconds, and a server that stays silent is reported as such at once.
 */
export async function temporalHealth(control: Control): Promise<TemporalHealth> {
  const entry = known.get(control) ?? { at: Number.NEGATIVE_INFINITY, health: SILENT, asking: null };
  known.set(control, entry);
  if (performance.now() - entry.at < PING_FRESH_MS) return entry.health;
  entry.asking ??= ask(control, entry);
  const answered = await within(entry.asking, PING_WAIT_MS_MAX);
  return answered ? entry.health : { ...SILENT, address: entry.health.address, ms: PING_WAIT_MS_MAX };
}

const SILENT: TemporalHealth = { ok: false, ms: 0, address: '', error: 'no answer yet' };

async function ask(control: Control, entry: Known): Promise<void> {
  try {
    const { connected, ms, address, error } = await control.ping();
    entry.health = { ok: connected, ms, address, ...(error === undefined ? {} : { error }) };
  } catch (error) {
    entry.health = { ...SILENT, address: entry.health.address, error: messageOf(error) };
  } finally {
    entry.at = performance.now();
    entry.asking = null;
  }
}

/** True when the promise settled in time. */
async function within(promise: Promise<void>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

const elapsed = (start: number): number => Math.round((performance.now() - start) * 10) / 10;
