import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentCall, Side } from './side-by-side.ts';
import { type Fact, fact, grouped, type Plain } from './side-fact.ts';

/** What stands in agent-state: which files, and what the escalations, the report and the kill switch say. */
export function fileFacts({ root }: Side, plain: Plain): Fact[] {
  const folder = join(root, 'agent-state');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !/ledger\.db|^escalations$/.test(name),
  );
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return names.flatMap((name) => {
    const of = plain(name);
    const there = fact('file', of, 'there');
    if (name.startsWith('escalations/')) return [there, ...escalationFacts(of, read(name), plain)];
    if (name.startsWith('morning-report-') && name.endsWith('.md'))
      return [there, ...reportFacts(read(name), plain)];
    if (name === 'needs-attention.md') {
      // What the team and the kill switch are said to be depends on how long a pass takes.
      const subjects = [...read(name).matchAll(/^## \S+ — (?!Team|Kill switch)(.*)$/gm)].map(
        ([, subject]) => subject,
      );
      const stale = read(name).match(/pricing table is/g)?.length ?? 0;
      return [
        there,
        fact('needs-attention subjects', of, [...new Set(subjects)].toSorted().join('; ')),
        fact('needs-attention pricing', of, `${stale}`),
      ];
    }
    return [there, ...(name.startsWith('kill_switch') ? [fact('file text', of, plain(read(name)))] : [])];
  });
}

/** Its fields and sections, and how far its headings stand from the margin. */
function escalationFacts(of: string, text: string, plain: Plain): Fact[] {
  const indent = /^ */.exec(text)?.[0].length ?? 0;
  const lines = text
    .split('\n')
    .map((line) => (line.startsWith(' '.repeat(indent)) ? line.slice(indent) : line));
  return [
    fact('escalation indent', of, `${indent}`),
    ...sectionsOf(lines).flatMap(([heading, body]) =>
      heading.startsWith('# ')
        ? [fact('escalation title', of, heading), ...fieldsOf(of, body, plain)]
        : [fact(`escalation ${heading}`, of, plain(body.join('\n').trim()))],
    ),
  ];
}

const fieldsOf = (of: string, body: readonly string[], plain: Plain): Fact[] =>
  body.flatMap((line) => {
    const [, name, value = ''] = /^\*\*(.+?):\*\* (.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [fact(`escalation ${name}`, of, plain(value))];
  });

function sectionsOf(lines: readonly string[]): (readonly [string, readonly string[]])[] {
  const found: [string, string[]][] = [];
  for (const line of lines) {
    if (/^#{1,2} /.test(line)) found.push([line, []]);
    else found.at(-1)?.[1].push(line);
  }
  return found;
}

const reportFacts = (text: string, plain: Plain): Fact[] =>
  sectionsOf(text.split('\n')).map(([heading, body]) =>
    fact(
      `report ${heading.replace(/ \(.*| <?20.*/, '')}`,
      'report',
      [
        plain(heading),
        ...body
          .filter((line) => line !== '')
          .map(plain)
          .toSorted(),
      ].join('\n'),
    ),
  );

/** What the agents were told, and with what. */
export function callFacts(side: Side, plain: Plain): Fact[] {
  const calls = side.calls().filter((call) => taskOf(call) !== '');
  const byTask = [...grouped(calls, (call) => plain(taskOf(call)))];
  const byRole = [...grouped(calls, (call) => /You are the (\w+) agent/.exec(promptOf(call))?.[1] ?? '')];
  const each = (place: string, of: string, some: readonly AgentCall[], read: (call: AgentCall) => string) =>
    fact(place, of, [...new Set(some.map((call) => plain(read(call))))].join(' | '));
  return [
    ...byTask.flatMap(([of, some]) => [
      fact('calls', of, `${some.length}`),
      fact('call prompt', of, plain(partsOf(some[0]).task)),
    ]),
    each('call contract', 'all', calls, (call) => partsOf(call).contract),
    each('call cwd', 'all', calls, ({ cwd }) => cwd),
    each('call CLAUDE_CONFIG_DIR', 'all', calls, ({ env }) => env.CLAUDE_CONFIG_DIR ?? 'not set'),
    each('call GIT_TERMINAL_PROMPT', 'all', calls, ({ env }) => env.GIT_TERMINAL_PROMPT ?? 'not set'),
    ...byRole.flatMap(([role, some]) =>
      ['--system-prompt', '--max-turns', '--permission-mode', '--model', '--allowedTools', '--tools'].map(
        (flag) => each(`call ${flag}`, role, some, ({ argv }) => flagOf(argv, flag)),
      ),
    ),
  ];
}

const flagOf = (argv: readonly string[], flag: string): string => {
  const values = argv.flatMap((word, at) => (word === flag ? [argv[at + 1] ?? ''] : []));
  return values.length === 0 ? 'not given' : values.join(',');
};

const promptOf = ({ argv, stdin }: AgentCall): string =>
  [...argv, stdin].find((text) => /^\s*You are the \w/.test(text)) ?? '';

const taskOf = (call: AgentCall): string => /Task ID: (\S+)/.exec(promptOf(call))?.[1] ?? '';

function partsOf(call: AgentCall | undefined) {
  const prompt = call === undefined ? '' : promptOf(call);
  const at = prompt.search(/^ *Operating contract:$/m);
  return { task: prompt.slice(0, at), contract: prompt.slice(at) };
}
