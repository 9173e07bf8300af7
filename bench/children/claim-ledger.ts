import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import type { createLedgerBoard as CreateLedgerBoard } from '../../src/adapters/boards/ledger/ledger-board.ts';
import type { LedgerClient as LedgerClientClass } from '../../src/library/ledger/ledger-client.ts';
import { wallMs } from '../lib/numbers.ts';

/** What a process that claims tasks is told; claim-ledger.py understands the same. */
export interface ClaimInput {
  /** Folder of the compiled code under test. */
  readonly code: string;
  readonly file: string;
  /** Must what is committed survive a power cut? Ours always does. */
  readonly durable: boolean;
  /** `claim`: the call of that name; `take-up`: all that is written when a task is given to its role. */
  readonly how: 'claim' | 'take-up';
  /** Its tasks are `t-<first>` and those behind it. */
  readonly first: number;
  /** As many of them are claimed before the clock runs. */
  readonly warmUp: number;
  readonly count: number;
}

const { code, file, how, first, warmUp, count } = JSON.parse(process.argv[2] ?? '{}') as ClaimInput;
const load = <Module>(path: string) => import(join(code, path)) as Promise<Module>;

/** As the product takes a task up: claim, decision and audit row are one commit. */
async function takeUps() {
  const { createLedgerBoard } = await load<{ createLedgerBoard: typeof CreateLedgerBoard }>(
    'adapters/boards/ledger/ledger-board.js',
  );
  const board = createLedgerBoard({ path: file });
  return async (id: string) => {
    const token = randomUUID();
    return board.claim(id, { from: 'code', to: 'code:in_progress', token, assignee: 'code' });
  };
}

/** As scripts do it. */
async function claims() {
  const { LedgerClient } = await load<{ LedgerClient: typeof LedgerClientClass }>(
    'library/ledger/ledger-client.js',
  );
  const ledger = new LedgerClient(file);
  return async (id: string) => ledger.claim_task(id, 'code').id === id;
}

const claim = await (how === 'claim' ? claims() : takeUps());
let refused = 0;

/** Claims one after the other; who finds the file in use for too long comes again. */
async function claimAll(from: number, to: number): Promise<void> {
  for (let number = from; number < to; ) {
    try {
      if (!(await claim(`t-${number}`))) throw new Error(`t-${number} belongs to somebody else`);
      number += 1;
    } catch (error) {
      if (!/locked|busy/i.test(String(error))) throw error;
      refused += 1;
    }
  }
}

await claimAll(first, first + warmUp);
process.stdout.write('{}\n');
await once(process.stdin, 'data');
const at = wallMs();
await claimAll(first + warmUp, first + warmUp + count);
process.stdout.write(`${JSON.stringify({ at, ended: wallMs(), done: count, refused })}\n`);
process.stdin.destroy();
