import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openOutputFile } from '../../src/adapters/process/output-file.ts';
import { aFolder } from '../helpers/agent-run.ts';

const CAP = 8;
const NOTE = `\n[output cut after ${CAP} bytes]\n`;

test.each([
  ['less than the cap', ['abc'], 'abc'],
  ['just the cap', ['abcd', 'efgh'], 'abcdefgh'],
  ['more in one chunk', ['abcdefghij'], `abcdefgh${NOTE}`],
  ['a chunk that ends at the cap, then more', ['abcd', 'efgh', 'i'], `abcdefgh${NOTE}`],
  ['a chunk over the cap, then more', ['abcdef', 'ghij', 'klm'], `abcdefgh${NOTE}`],
])('%s: the file says where it was cut, and only then (R-SYS-032)', async (_what, chunks, kept) => {
  const path = `${aFolder()}/run.log`;
  const file = await openOutputFile(path, CAP);
  const released = chunks.map(
    (chunk) => new Promise<void>((resolve) => void file.write(Buffer.from(chunk), resolve)),
  );
  await Promise.all(released);
  await file.close();
  expect(readFileSync(path, 'utf8')).toBe(kept);
});
