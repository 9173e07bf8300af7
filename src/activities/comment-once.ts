import type { Board } from '../core/ports/board.ts';
import type { Records } from '../core/ports/store.ts';

/** How far back a comment of ours is looked for when it may already stand there. */
const RECENT_COMMENTS = 5;

/** A comment and the key of its one effect. */
export interface OwnComment {
  readonly key: string;
  readonly taskId: string;
  readonly text: string;
  readonly author?: string | undefined;
}

/**
 * Posts a comment once, however often it is asked to (R-SYS-004): the intent is kept before, the fact after;
 * between the two the board itself is asked.
 */
export async function commentOnce(
  { board, records }: { board: Board; records: Records },
  { key, taskId, text, author }: OwnComment,
): Promise<void> {
  const state = await records.beginEffect(key);
  if (state === 'done') return;
  const there =
    state === 'maybe-done' && board.remembersKeys !== true && (await standsAlready(board, taskId, text));
  if (!there) await board.addComment(taskId, text, { key, ...(author === undefined ? {} : { author }) });
  await records.finishEffect(key);
}

async function standsAlready(board: Board, taskId: string, text: string): Promise<boolean> {
  const { comments } = await board.getTask(taskId);
  return comments.slice(-RECENT_COMMENTS).some((comment) => comment.text === text);
}
