import { messageOf } from '../core/errors.ts';
import type { Brake } from '../core/policy/governor/state.ts';
import type { ActivityPorts } from './ports.ts';

const KEY = 'kill-switch';

type Ports = Pick<ActivityPorts, 'notices' | 'board' | 'log'>;

/**
 * Tells people that the kill switch was armed, by whatever channel, and closes that when it is released (R-PROD-081). A
 * ledger notes each turn: it lets wake-ups begin anew (R-PROD-102).
 */
export function createBrakeNotice({ notices, board, log }: Ports): (brake: Brake) => void {
  let told: number | null = null;
  const note = (armed: boolean) =>
    board.journal
      ?.note({ action: 'kill_switch_toggled', detail: { armed } })
      .catch((error: unknown) =>
        log.warn({ error: messageOf(error) }, 'turn of the brake not in the ledger'),
      );
  return ({ armed, epoch, reason, by }) => {
    // The state is saved many times a minute; only a turn of the brake is news.
    if (epoch === told) return;
    // What was so before this worker came up is no turn.
    if (told !== null) void note(armed);
    told = epoch;
    if (!armed) {
      void notices.resolve(KEY);
      return;
    }
    const body = [reason ?? 'No reason was given.', `Armed by: ${by ?? 'unknown'}.`].join('\n');
    void notices.raise({ kind: 'kill-switch', key: KEY, subject: 'Kill switch armed', body });
  };
}
