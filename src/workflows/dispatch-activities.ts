import { proxyLocalActivities } from '@temporalio/workflow';
import type { DispatchActivities } from '../activities/dispatch.ts';
import type { DispatchPlanActivities } from '../activities/dispatch-plans.ts';

/** Admission and end of a dispatch; an unreachable governor or store is waited for, as long as it takes. */
export const dispatches = proxyLocalActivities<DispatchActivities & DispatchPlanActivities>({
  startToCloseTimeout: '60s',
  localRetryThreshold: '2s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '15s' },
});
