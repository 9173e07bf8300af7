/*
 * A process that writes a board: `node json-board-writer.ts <board file> <what> [name]`.
 * comments: comments on task 1 for ever, in bursts, and prints each key once its write was acknowledged.
 * mixed: 100 claims, 100 moves and 100 comments on tasks everybody wants; prints the ids it claimed.
 * lock: takes the board's lock, says so, and keeps it until it is killed.
 */
import { createFileLock } from '../../src/adapters/boards/file-lock.ts';
import { createJsonBoard } from '../../src/adapters/boards/json-board.ts';

const [path = '', what = '', name = 'writer'] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (what === 'lock') {
  await createFileLock({ path: `${path}.lock.db`, waitMs: 5_000 }).acquire();
  say('locked');
  setInterval(() => {}, 60_000);
} else {
  const board = createJsonBoard({ path, lockWaitMs: 60_000 });
  if (what === 'comments') {
    for (let burst = 0; ; burst += 1) {
      const keys = [0, 1, 2].map((part) => `${name}-${burst}-${part}`);
      await Promise.all(
        keys.map(async (key) => {
          await board.addComment('1', key, { key });
          say(key);
        }),
      );
    }
  }
  for (let index = 0; index < 100; index += 1) {
    const id = String(index + 1);
    const token = `${name}-${index}`;
    const [claimed] = await Promise.all([
      board.claim?.(id, { from: 'Todo', to: 'Doing', token }),
      board.addComment('shared', token),
      board.moveTask(`${name}-own`, index % 2 === 0 ? 'Doing' : 'Todo'),
    ]);
    if (claimed === true) say(id);
  }
  await board.close();
}
