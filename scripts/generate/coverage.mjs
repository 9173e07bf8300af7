// Writes docs/coverage.md: each requirement with the tests that name it, or the reason why none does.
// With --check it writes nothing. Either way it fails when a requirement has neither.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = join(ROOT, 'docs/coverage.md');
const SERIES = '(R-(?:ARTX|ART|ADX|AD|PROD|SYS))';
/** `R-ART-062, 063, 064`, `R-ART-111..115`: one series, then numbers and ranges of it. */
const MENTION = new RegExp(`${SERIES}-(\\d{3}(?:(?:, |\\.\\.|…)\\d{3})*)`, 'g');
/** A string literal on one line that holds an id; names of tests and rows of their tables are such. */
const NAME = new RegExp(`(['"\`])((?:\\\\.|(?!\\1).)*${SERIES}-\\d{3}(?:\\\\.|(?!\\1).)*)\\1`, 'g');
const NO_TEST = /^\s*(\/\/|\*|\/\*)|\.(skip|todo)\(/;

const json = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
const numbered = (series, number) => `${series}-${String(number).padStart(3, '0')}`;

/** Every id a text mentions, ranges written out. */
function idsIn(text) {
  return [...text.matchAll(MENTION)].flatMap(([, series, numbers]) =>
    numbers.split(', ').flatMap((part) => {
      const [first, last = first] = part.split(/\.\.|…/).map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => numbered(series, first + index));
    }),
  );
}

/** Names of tests with the ids they claim, file by file. */
function namesInTests() {
  const files = readdirSync(join(ROOT, 'tests'), { recursive: true })
    .filter((file) => /(\.test|-contract)\.ts$/.test(file))
    .sort();
  return files.flatMap((file) =>
    readFileSync(join(ROOT, 'tests', file), 'utf8')
      .split('\n')
      .filter((line) => !NO_TEST.test(line))
      .flatMap((line) => [...line.matchAll(NAME)])
      .map(([, , name]) => ({ file, name: plain(name), ids: idsIn(name) })),
  );
}

/** The sentence without its ids, as a table cell. */
function plain(name) {
  return name
    .replace(/\\(.)/g, '$1')
    .replace(/\$\{\w+\}: /, '')
    .replace(/ \([^()]*R-[A-Z]+-\d{3}[^()]*\)/, '')
    .replaceAll('|', '\\|');
}

function rows(requirements, reasons, names) {
  return Object.entries(requirements).map(([id, title]) => {
    const tests = names.filter(({ ids }) => ids.includes(id));
    const shown = [...new Set(tests.map(({ file, name }) => `${name} (\`${file}\`)`))];
    return { id, title, tests: shown, reason: reasons[id] ?? null };
  });
}

/** Ids of ranges, such as `R-AD-001..139`, written out. */
function spread(table) {
  return Object.fromEntries(
    Object.entries(table).flatMap(([key, text]) => idsIn(key).map((id) => [id, text])),
  );
}

function render(all, later) {
  const tested = all.filter(({ tests }) => tests.length > 0).length;
  const lines = [
    '# What is required, and which test shows it',
    '',
    'Made by `npm run generate` from the names of the tests, [`requirements.json`](requirements.json) and',
    '[`coverage-reasons.json`](coverage-reasons.json); do not edit it. A test that names an id shows the behaviour behind it,',
    'seldom every corner of it. A reason beside tests says what is still missing.',
    '',
    `${tested} of ${all.length} requirements are named by a test; the others have their reason here.`,
    '',
    '| id | requirement | shown by |',
    '|---|---|---|',
    ...all.map(({ id, title, tests, reason }) => {
      const cells = reason === null ? tests : [...tests, `*${tests.length > 0 ? 'Missing: ' : ''}${reason}*`];
      return `| ${id} | ${title} | ${cells.join('<br>')} |`;
    }),
    '',
    '## Series that come later as a whole',
    '',
    '| ids | reason |',
    '|---|---|',
    ...Object.entries(later).map(([ids, reason]) => `| ${ids} | ${reason} |`),
    '',
  ];
  return lines.join('\n');
}

function faults(all, requirements, names, { reasons, later }) {
  const known = new Set([...Object.keys(requirements), ...Object.keys(spread(later))]);
  const claimed = [...names.flatMap(({ ids }) => ids), ...Object.keys(spread(reasons))];
  return [
    ...all
      .filter(({ tests, reason }) => tests.length === 0 && reason === null)
      .map(({ id, title }) => `${id} (${title}) has no test that names it and no reason`),
    ...[...new Set(claimed)].filter((id) => !known.has(id)).map((id) => `${id} is no requirement`),
  ];
}

/** Tests the page names that are there no more; new tests may wait for the next `npm run generate`. */
function stale(all) {
  const tests = new Set(all.flatMap((row) => row.tests));
  const page = readFileSync(PAGE, 'utf8').match(/^\| R-.*$/gm) ?? [];
  return page
    .flatMap((row) =>
      row
        .replace(/ \|$/, '')
        .split(/(?<!\\) \| |<br>/)
        .slice(2),
    )
    .filter((cell) => cell !== '' && !cell.startsWith('*') && !tests.has(cell))
    .map((cell) => `docs/coverage.md names a test that is gone: ${cell}`);
}

const requirements = json('docs/requirements.json');
const table = json('docs/coverage-reasons.json');
const names = namesInTests();
const all = rows(requirements, spread(table.reasons), names);
const check = process.argv.includes('--check');
const found = faults(all, requirements, names, table);
if (check) found.push(...stale(all));
else writeFileSync(PAGE, render(all, table.later));
if (found.length > 0) {
  console.error(
    `${found.join('\n')}\nMend it: name the id in a test, or say why not in docs/coverage-reasons.json, then npm run generate`,
  );
  process.exitCode = 1;
}
