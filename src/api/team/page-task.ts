import { AppError } from '../../core/errors.ts';
import type { TaskId } from '../../core/ids.ts';
import type { LedgerPage } from '../../core/ports/ledger-page.ts';

/** A task of the page with its trail; an unknown one in the words pages know. */
export async function pageTask(page: LedgerPage, taskId: TaskId) {
  const found = await page.task(taskId);
  if (found !== null) return found;
  throw new AppError('task-not-found', `task not found: ${taskId}`, { details: { taskId } });
}
