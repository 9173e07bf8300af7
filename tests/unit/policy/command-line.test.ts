import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitCommandLine } from '../../../src/core/policy/command-line.ts';

test.each([
  ['claude --agent engineer -p', ['claude', '--agent', 'engineer', '-p']],
  ['  a\t b \n', ['a', 'b']],
  ['', []],
  [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
  [`a'b c'd`, ['ab cd']],
  [`a '' ""`, ['a', '', '']],
  [`a\\ b \\"c`, ['a b', '"c']],
  [`"a \\" \\\\ \\n"`, ['a " \\ \\n']],
  [`'a \\ "b'`, ['a \\ "b']],
  ['echo $HOME `id` $(id) * ; | & > #x', ['echo', '$HOME', '`id`', '$(id)', '*', ';', '|', '&', '>', '#x']],
])('%j splits by the word rules of a shell, and nothing is expanded (R-ART-019)', (line, words) => {
  expect(splitCommandLine(line)).toEqual(words);
});

test.each([`a 'b`, 'a "b', 'a \\'])('%j is refused with what is wrong (R-ART-019)', (line) => {
  expect(() => splitCommandLine(line)).toThrow(/command: /);
});

test('any words come back from their quoted form (R-ART-019)', () => {
  const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }), (words) => {
      expect(splitCommandLine(words.map(quoted).join(' '))).toEqual(words);
    }),
  );
});
