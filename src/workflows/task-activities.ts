import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { AdmissionActivities } from '../activities/admission.ts';
import type { BoardTaskActivities } from '../activities/board-task.ts';

// No maximumAttempts: an unreachable governor or board is waited for, as long as it takes.
const patient = { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '15s' } as const;

/** Asking for slots and giving them back. */
export const admissions = proxyLocalActivities<AdmissionActivities>({
  startToCloseTimeout: '30s',
  localRetryThreshold: '2s',
  retry: patient,
});

const local = proxyLocalActivities<BoardTaskActivities>({
  startToCloseTimeout: '60s',
  localRetryThreshold: '2s',
  retry: patient,
});
const remote = proxyActivities<BoardTaskActivities>({ startToCloseTimeout: '60s', retry: patient });

/** What a look at questions has done must be in history before anything follows: it is never a local activity. */
export const questions: Pick<BoardTaskActivities, 'lookAtQuestions'> = remote;

/** Claiming on the board and writing down how a run ended; a board behind a network has activities of its own. */
export const boardOf = ({ remoteBoard = false }: { readonly remoteBoard?: boolean }) =>
  remoteBoard ? remote : local;
