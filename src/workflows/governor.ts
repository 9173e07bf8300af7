import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import { GOVERNOR_UPDATES_MAX } from '../core/limits.ts';
import { governorDetails } from '../core/policy/details.ts';
import { carryEffects, carryState } from '../core/policy/governor/carry.ts';
import type { GovernorEffect, GovernorEvent } from '../core/policy/governor/events.ts';
import { reduce } from '../core/policy/governor/reduce.ts';
import type { GovernorState } from '../core/policy/governor/state.ts';
import { governorEffects } from './governor-effects.ts';
import { handleMessages } from './governor-messages.ts';
import { checkLeasesForever, endWarmUp, wakeForever } from './governor-timers.ts';

/** Start argument: what the starter read from the store and the brake file, or what the last run carried. */
export interface GovernorInput {
  readonly state: GovernorState;
  /** True when a previous run handed the state over. */
  readonly continued: boolean;
  /** Admissions and releases per Workflow Run. */
  readonly updatesMax?: number;
}

const SAID_ONCE: ReadonlySet<GovernorEffect['kind']> = new Set([
  'send-refusal',
  'notice',
  'notice-over',
  'escalate-budget',
]);

/** The shell every part of the governor talks to: one state, one way to change it. */
export interface Shell {
  state(): GovernorState;
  apply(event: GovernorEvent): ReturnType<typeof reduce>['answer'];
}

/**
 * One authority per project over brake, pauses, slots and the waiting line. A thin shell: it feeds events to the
 * pure reducer and carries out the effects (design: the governor).
 */
export function governorWorkflow(input: GovernorInput): Promise<void> {
  // A cancel request must not leave a project without its authority; whoever wants that terminates it.
  return CancellationScope.nonCancellable(() => govern(input));
}

async function govern(input: GovernorInput): Promise<void> {
  const { updatesMax = GOVERNOR_UPDATES_MAX } = input;
  let state = input.state;
  let updates = 0;
  const outbox: GovernorEffect[] = [...carryEffects(state)];
  // The run before may have ended with a save still due.
  if (input.continued) outbox.push({ kind: 'persist', part: 'operator' });
  const shell: Shell = {
    state: () => state,
    apply(event) {
      const step = reduce(state, event);
      state = step.state;
      outbox.push(...step.effects);
      setCurrentDetails(governorDetails(state)); // For people; costs no history.
      if (event.kind === 'admit' || event.kind === 'release') updates += 1;
      return step.answer;
    },
  };
  handleMessages(shell);
  const effects = governorEffects(shell);
  setCurrentDetails(governorDetails(state));
  endWarmUp(shell);
  checkLeasesForever(shell);
  wakeForever(shell);

  const renewalDue = () => updates >= updatesMax || workflowInfo().continueAsNewSuggested;
  for (;;) {
    await condition(() => outbox.length > 0 || renewalDue());
    for (const effect of outbox.splice(0)) effects.carryOut(effect);
    if (!renewalDue() || outbox.length > 0) continue;
    // A pending external Signal would be dropped by Continue-As-New, so none may be on its way.
    await condition(() => effects.idle() && allHandlersFinished());
    // What has come in meanwhile stands in the state and is sent again from there, except what is said only once.
    if (!outbox.some(({ kind }) => SAID_ONCE.has(kind))) {
      await continueAsNew<typeof governorWorkflow>({ ...input, state: carryState(state), continued: true });
    }
  }
}
