import type { Brake } from '../core/policy/governor/state.ts';
import type { Notices } from '../core/ports/notices.ts';

const KEY = 'kill-switch';

/** Tells people that the kill switch was armed, by whatever channel, and closes that when it is released (R-PROD-081). */
export function createBrakeNotice(notices: Notices): (brake: Brake) => void {
  let told: number | null = null;
  return ({ armed, epoch, reason, by }) => {
    // The state is saved many times a minute; only a turn of the brake is news.
    if (epoch === told) return;
    told = epoch;
    if (!armed) {
      void notices.resolve(KEY);
      return;
    }
    const body = [reason ?? 'No reason was given.', `Armed by: ${by ?? 'unknown'}.`].join('\n');
    void notices.raise({ kind: 'kill-switch', key: KEY, subject: 'Kill switch armed', body });
  };
}
