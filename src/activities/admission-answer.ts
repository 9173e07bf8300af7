import type { AdmitAnswer } from '../core/policy/governor/state.ts';
import { grantOf } from '../core/policy/money/grant-of.ts';
import type { Admission } from '../core/schema/task-flow.ts';

/** The governor's answer as the task workflow keeps it: without the room, which only starters use. */
export function admissionOf(answer: AdmitAnswer, route: string): Admission {
  switch (answer.kind) {
    case 'granted':
      return { kind: 'granted', epoch: answer.epoch, route, ...grantOf(answer) };
    case 'waiting':
      return { kind: 'waiting', blocked: answer.blocked, route };
    case 'refused':
      return { kind: 'refused', blocked: answer.blocked };
    case 'released':
      return { kind: 'gone', reason: 'this admission was already given back' };
  }
}
