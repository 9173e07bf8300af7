/* A process of its own on a ledger: `claim` takes all it can get and prints the ids, `write` writes until it is killed.
 * Both say `ready` and begin when their input ends. */
import { createLedgerBoard } from '../../src/adapters/boards/ledger/ledger-board.ts';

const [mode, path = ''] = process.argv.slice(2);
const board = createLedgerBoard({ path, roles: () => ['code'] });
const me = `${process.pid}`;

async function claimAll(): Promise<void> {
  for (;;) {
    const ready = await board.getReadyTasks(['code']);
    if (ready.length === 0) return;
    for (const { id } of ready.slice(0, 10)) {
      const token = `${me}-${id}`;
      if (!(await board.claim(id, { from: 'code', to: 'code:in_progress', token }))) continue;
      process.stdout.write(`${id}\n`);
      await board.moveFrom(id, 'code:in_progress', 'code:done');
    }
  }
}

async function writeOn(): Promise<void> {
  for (let index = 0; ; index++) {
    const { id } = await board.createTask('code', `${me} ${index}`, 'x'.repeat(1_000));
    await board.claim(id, { from: 'code', to: 'code:in_progress', token: id });
    await board.addComment(id, 'half way', { key: id });
    await board.moveFrom(id, 'code:in_progress', 'code:done');
    process.stdout.write(`${id}\n`);
  }
}

await board.listQueues();
process.stdout.write('ready\n');
for await (const _ of process.stdin);
await (mode === 'claim' ? claimAll() : writeOn());
await board.close();
