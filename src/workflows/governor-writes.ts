import { proxyLocalActivities } from '@temporalio/workflow';
import type { GovernorActivities } from '../activities/governor-records.ts';
import { BRAKE_SAVE_MS_MAX } from '../core/limits.ts';

/** Writes of the governor, patiently. */
export const records = proxyLocalActivities<GovernorActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '100ms', maximumInterval: '10s', maximumAttempts: 5 },
});

/** Tried once and briefly: hosts hear of the brake only after this, and a store that is away must not keep it from them. */
export const atOnce = proxyLocalActivities<GovernorActivities>({
  startToCloseTimeout: BRAKE_SAVE_MS_MAX,
  scheduleToCloseTimeout: BRAKE_SAVE_MS_MAX,
  retry: { maximumAttempts: 1 },
});
