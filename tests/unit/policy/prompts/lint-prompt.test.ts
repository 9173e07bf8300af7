import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { vocabularyOf } from '../../../../src/cli/doctor/vocabulary.ts';
import { programsOf } from '../../../../src/cli/programs-of.ts';
import { lintPrompt } from '../../../../src/core/policy/prompts/lint-prompt.ts';
import { silentIo } from '../../../helpers/silent-io.ts';

const template = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../../../templates', name), 'utf8');
const VOCABULARY = vocabularyOf(await programsOf(silentIo())(), 8000);
const HEADINGS = [
  ...['Mission', 'What you must read first', 'Hard rules', 'Output discipline', 'Ledger discipline'],
  ...['Queue self-replenishment — REQUIRED for autonomous operation', 'Stop condition'],
];
const WHOLE = HEADINGS.map((heading) => `## ${heading}\n\nText.\n`).join('\n');

const faults = (text: string, role = 'code') =>
  lintPrompt(role, text, VOCABULARY).map(({ line, text: what }) => `${line}: ${what}`);
/** What is wrong with text below a whole prompt, without the numbers of lines. */
const wrongIn = (text: string) => faults(`${WHOLE}\n${text}`).map((fault) => fault.replace(/^\d+: /, ''));

test('a prompt with every section and nothing left open has no fault (R-PROD-093, R-PROD-094)', () => {
  expect(faults(WHOLE)).toEqual([]);
  expect(faults(WHOLE.toUpperCase().replaceAll('—', '-').replaceAll('\n', '\r\n'))).toEqual([]);
});

test.each(HEADINGS)(
  'a missing section "%s" is told, and one in a fence or a comment is none (R-PROD-093)',
  (heading) => {
    const told = `1: lacks the section "## ${heading}"`;
    const without = WHOLE.replace(`## ${heading}\n`, '');
    expect(faults(without)).toEqual([told]);
    expect(faults(`${without}\n~~~\n## ${heading}\n~~~\n`)).toEqual([told]);
    expect(faults(`${without}\n<!--\n## ${heading}\n-->\n`)).toContain(told);
  },
);

test('what `init --roles` writes lacks nothing but what people are to write (R-PROD-094)', () => {
  expect(faults(template('wakeup_system_prompt.md'), 'wakeup')).toEqual([]);
  const role = template('agent_prompt_template.md');
  expect(faults(role)).toContain('3: $role is filled in by nobody');
  const filled = role.replaceAll(/\$\w+/g, 'x');
  expect(faults(filled)).toEqual([
    '6: "## Mission" says nothing',
    ...[8, 18, 27].map((line) => `${line}: a comment: the agent is told it as it stands`),
  ]);
  expect(faults(filled.replaceAll(/<!--.*?-->/gs, 'Written.'))).toEqual([]);
});

test.each([
  ['{{ company }}', ['{{ company }}']],
  ['`{{a}}` and \u0024{{ secrets.KEY }}', ['{{a}}']],
  ['In $PROJECT_ROOT/docs, as \u0024{role_title}', ['$PROJECT_ROOT', '\u0024{role_title}']],
  ['You are the <role title> of <company>.', ['<role title>', '<company>']],
  ['`dispatch task file --agent <role> --title "<short>"`', []],
  ['<rules>\nBe kind.<br>\n</rules> <https://example.org> <a@example.org>', []],
  ['$rolename costs $5', []],
])('placeholders in %j are told (R-PROD-094)', (text, names) => {
  expect(wrongIn(text)).toEqual(names.map((name) => `${name} is filled in by nobody`));
});

test.each([
  ['`dispatch task list --queue qa`, `dispatch --json status`, `dispatch help task`', []],
  ['`dispatch.yaml`, `producer`, `dispatch`, `dispatch task file …`, `dispatch task <command>`', []],
  ['`producer ui --port 80`', ['"producer" has no command "ui"']],
  ['`agent-dispatch list && producer run --once --forever`', ['"producer run" has no --forever']],
  ['```bash\n$ cd x && A=1 dispatch task close 7 # done\n```', ['"dispatch task" has no command "close"']],
  ['```\ndispatch task file --agent qa \\\n  --title "a\n```\n', []],
  ['```sh\ndispatch decision add "it\'s\n```', []],
  ['```sh\ndispatch frob "it\'s\n```', ['"dispatch" has no command "frob"']],
  ['dispatch frob is prose', []],
])('commands in %j are told when they do not exist (R-PROD-094)', (text, expected) => {
  expect(wrongIn(text)).toEqual(expected);
});

test.each([
  ['`POST /tasks/{id}/comments` `GET /tasks/7?x=1`', []],
  ['`POST /tasks/7/done`', ['the HTTP API has no /tasks/7/done']],
  ['`POST /orders`, which you are to build', []],
  ['`curl -X DELETE "$DISPATCH_API_URL/tasks/$TASK_ID"`', ['the HTTP API has no DELETE /tasks/$TASK_ID']],
  ['`curl \u0024{ARTIFICER_API_URL}/orders`', ['the HTTP API has no /orders']],
  ['`curl http://localhost:8000/nope http://localhost:3000/nope`', ['the HTTP API has no /nope']],
  ['`curl $DISPATCH_API_URL/openapi.json`', []],
])('requests in %j are told when nobody answers them (R-PROD-094)', (text, expected) => {
  expect(wrongIn(text)).toEqual(expected);
});

test('other calls that lead nowhere: tools of MCP, the Python package of before (R-PROD-094)', () => {
  expect(wrongIn('`mcp__agent-dispatch__dispatch` `mcp__agent-dispatch__teleport` `mcp__other__x`')).toEqual([
    'there is no MCP tool mcp__agent-dispatch__teleport',
  ]);
  expect(wrongIn('```python\nfrom producer.ledger import LedgerClient\n```')).toEqual([
    'there is no Python package "producer"',
  ]);
});

test('of a prompt full of faults the first twenty are told', () => {
  expect(wrongIn('{{x}}\n'.repeat(100))).toHaveLength(20);
});
