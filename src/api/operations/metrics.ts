import { z } from 'zod';
import { renderMetrics } from '../metrics.ts';
import { defineOperation } from '../operation.ts';

/** `GET /metrics`: Prometheus text, computed when asked. */
export const metrics = defineOperation({
  name: 'metrics',
  summary: 'Numbers for Prometheus',
  http: { method: 'GET', path: '/metrics', access: 'read', as: 'text' },
  input: z.object({}),
  output: z.string(),
  run: (context) => renderMetrics(context),
});
