import {
  HEARTBEAT_THROTTLE_MS,
  HEARTBEAT_TIMEOUT_MANY_HOSTS_MS,
  HEARTBEAT_TIMEOUT_SINGLE_HOST_MS,
  KILL_GRACE_MS,
  SWEEP_MS_MAX,
} from '../limits.ts';
import type { Settings } from '../schema/settings.ts';

/** What decides how runs show that they live. */
export type HeartbeatSettings = Pick<Settings, 'hosts' | 'heartbeatTimeoutMs'> & {
  readonly temporal?: Pick<Settings['temporal'], 'heartbeatSeconds'>;
};

/** Room for our own stop before the server gives the task away (ms): grace of the fence and margin. */
const FENCE_MARGIN_MS = 4_000;

/** A run's sign of life is sent to the server this often at most (ms). */
export function heartbeatThrottleMs({ temporal }: HeartbeatSettings): number {
  const seconds = temporal?.heartbeatSeconds;
  return seconds === undefined ? HEARTBEAT_THROTTLE_MS : seconds * 1000;
}

/**
 * After this long without a sign of life a run counts as lost; many hosts give lost ones away sooner, but one sign that
 * comes late is never enough (ms).
 */
export function heartbeatTimeoutMs(settings: HeartbeatSettings): number {
  const { hosts, heartbeatTimeoutMs: given } = settings;
  if (given !== undefined) return given;
  const usual = hosts === 'many' ? HEARTBEAT_TIMEOUT_MANY_HOSTS_MS : HEARTBEAT_TIMEOUT_SINGLE_HOST_MS;
  return Math.max(usual, 2 * heartbeatThrottleMs(settings));
}

/** A host that has not heard of the server for this long ends its agents before somebody else may start them (ms). */
export function fenceMs(settings: HeartbeatSettings): number {
  return heartbeatTimeoutMs(settings) - heartbeatThrottleMs(settings) - FENCE_MARGIN_MS;
}

/**
 * Silent for this long, a host runs nothing any more: its lease guard has ended what it ran before the heartbeat
 * timeout, grace and sweep included, or the host is dead (ms).
 */
export function hostDeadMs(settings: HeartbeatSettings): number {
  return heartbeatTimeoutMs(settings) + KILL_GRACE_MS + SWEEP_MS_MAX;
}
