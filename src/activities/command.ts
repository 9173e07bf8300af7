import { ApplicationFailure } from '@temporalio/common';
import { AppError, errorPolicy } from '../core/errors.ts';
import type { BoardCommand } from '../core/ports/control.ts';
import { applyBoardCommand } from './apply-board-command.ts';
import type { ActivityPorts } from './ports.ts';

/** A kept board write, carried out. */
export interface CommandActivities {
  applyCommand(input: { key: string }): Promise<void>;
}

/** Reads the command kept under the key, does it once, keeps the answer, and has the board looked at. */
export function createCommandActivities(ports: ActivityPorts): CommandActivities {
  const { records } = ports.store;
  return {
    async applyCommand({ key }) {
      const kept = await records.getKey(key);
      if (kept === null)
        throw ApplicationFailure.nonRetryable(`nothing is kept under the key ${key}`, 'AppError');
      if (kept.state === 'done') return;
      const body = await records.getText(kept.bodyHash);
      if (body === null) throw ApplicationFailure.nonRetryable(`the body of ${key} is gone`, 'AppError');
      try {
        const answer = JSON.stringify(
          (await applyBoardCommand(ports, key, JSON.parse(body) as BoardCommand)) ?? null,
        );
        ports.wake('changed');
        await records.settleKey(key, 'done', answer);
      } catch (error) {
        if (!(error instanceof AppError) || errorPolicy(error.code).retryable) throw error;
        const { code, message, hint } = error;
        await records.settleKey(key, 'failed', JSON.stringify({ code, message, hint }));
        throw ApplicationFailure.nonRetryable(message, 'AppError', { code, message, hint });
      }
    },
  };
}
