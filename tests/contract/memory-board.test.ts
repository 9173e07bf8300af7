import { createMemoryBoard } from '../../src/adapters/boards/memory-board.ts';
import { boardContract } from './board-contract.ts';

boardContract('memory board', async () => ({ board: createMemoryBoard() }));
