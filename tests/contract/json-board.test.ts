import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createJsonBoard } from '../../src/adapters/boards/json-board.ts';
import { boardContract } from './board-contract.ts';

boardContract('JSON board', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'board-'));
  return {
    board: createJsonBoard({ path: join(folder, 'board.json') }),
    dispose: async () => rmSync(folder, { recursive: true }),
  };
});
