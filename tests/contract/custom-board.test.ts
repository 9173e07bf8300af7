import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMarkdownBoard } from '../../examples/custom-board.ts';
import { boardContract } from './board-contract.ts';

boardContract('a board of Markdown files, as a user may write it (R-ARTX-003)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'board-'));
  return {
    board: createMarkdownBoard({ folder }),
    dispose: async () => rmSync(folder, { recursive: true }),
  };
});
