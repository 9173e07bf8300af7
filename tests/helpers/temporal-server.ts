import { inject } from 'vitest';

export { startOwnServer } from './own-temporal.ts';

/** Address of the one dev server that all integration and end-to-end tests of a run share (namespace `default`). */
export function temporalAddress(): string {
  return inject('temporalAddress');
}

/** File of the workflow bundle that all workers of a run share. */
export function workflowBundle(): string {
  return inject('workflowBundle');
}
