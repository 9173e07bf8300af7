import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  patched,
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
  /** Writes of the state that earlier Workflow Runs began; tells the store which of two is the later one. */
  readonly saves?: number;
}

/** Looked at once, at the start: a Workflow Run goes on as it began. */
const ENDS_ARE_EVENTS = 'ends-are-events';

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
  /** Whatever the governor does something about ends by an event of its history; false in runs of before (ADR 0014). */
  readonly endsAreEvents: boolean;
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
  const { updatesMax = GOVERNOR_UPDATES_MAX, saves = 0 } = input;
  let state = input.state;
  let updates = 0;
  const endsAreEvents = patched(ENDS_ARE_EVENTS);
  const outbox: GovernorEffect[] = [...carryEffects(state)];
  // The run before may have ended with a save still due or cut off.
  const part = endsAreEvents && state.brake.armed ? 'brake' : 'operator';
  if (input.continued) outbox.push({ kind: 'persist', part });
  const shell: Shell = {
    endsAreEvents,
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
  const effects = governorEffects(shell, saves);
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
      const next = { ...input, state: carryState(state), continued: true, saves: effects.saves() };
      await continueAsNew<typeof governorWorkflow>(next);
    }
  }
}
