import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escalationMarkdown } from '../../../src/core/policy/escalations/markdown.ts';
import type { Escalation } from '../../../src/core/ports/escalations.ts';

const aCase = (over: Partial<Escalation> = {}): Escalation => ({
  ...{
    taskId: '01HYKT1',
    title: 'Ship it',
    agent: 'code',
    sprint: null,
    reason: 'failed 3× (max 3); last error: boom',
  },
  ...{ at: '2026-01-02T03:04:05Z', description: 'First line\nsecond line', payload: { a: [1, { b: 'c' }] } },
  ...{ attempts: [], tail: '', decisions: [], otherAgents: ['qa'], ...over },
});

test('the layout is that of ai-producer, byte for byte, then come our additions (R-PROD-066)', () => {
  const text = escalationMarkdown(
    aCase({
      attempts: [
        {
          ...{ attempt: 1, agent: 'code', outcome: 'failed', reason: 'exited with code 3' },
          ...{ startedAt: '2026-01-02T03:00:00Z', endedAt: '2026-01-02T03:01:00Z' },
        },
      ],
      tail: 'last words\n',
      decisions: [
        {
          madeAt: '2026-01-02T03:00:30Z',
          agent: 'code',
          kind: 'plan',
          decision: 'Use SQL',
          rationale: 'simple',
        },
      ],
    }),
  );
  expect(text).toBe(`# Escalation: Ship it

**Task ID:** \`01HYKT1\`
**Agent:** code
**Sprint:** (none)
**Reason:** failed 3× (max 3); last error: boom
**Time:** 2026-01-02T03:04:05Z

## Description

First line
second line

## Payload

\`\`\`json
{
  "a": [
    1,
    {
      "b": "c"
    }
  ]
}
\`\`\`

## Recommended action

Review what failed, then do one of these:

1. Try it again, with a changed payload or a note to the agent (status back to \`pending\`).
2. Give the task up (status \`killed\`).
3. Give it to another agent (another \`agent_owner\`, status \`pending\`).

## Attempts

- Run 1 of code, 2026-01-02T03:00:00Z to 2026-01-02T03:01:00Z: failed (exited with code 3)

## Last output

\`\`\`text
last words
\`\`\`

## Decisions

- 2026-01-02T03:00:30Z, code, plan: Use SQL (simple)

## Commands

\`\`\`sh
dispatch task show 01HYKT1
dispatch task requeue 01HYKT1 --note "What to do otherwise"
dispatch task kill 01HYKT1 --reason "Why"
dispatch task reroute 01HYKT1 --agent qa --note "Why"
\`\`\`
`);
});

const HEADINGS = [
  ...['# Escalation:', '## Description', '## Payload', '## Recommended action', '## Attempts'],
  '## Commands',
];

/** Lines that Markdown shows as headings: at column 0 to 3 and outside of fences. */
function headingsOf(text: string): string[] {
  const found: string[] = [];
  let open: string | null = null;
  for (const line of text.split('\n')) {
    const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (open !== null) {
      if (fence?.startsWith(open) === true && line.trim() === fence) open = null;
    } else if (fence !== undefined) open = fence;
    else if (/^ {0,3}#{1,6}(\s|$)/.test(line)) found.push(line);
  }
  return found;
}

test('headings begin at column 0 whatever the task says, and nothing it says becomes one (R-PROD-066)', () => {
  const piece = fc.oneof(
    fc.constantFrom('# Fake', '## Payload', '```', '~~~~', '````json', '<!--', '---', '===', '\r\n', '    x'),
    fc.string({ maxLength: 12 }),
  );
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('\n'));
  fc.assert(
    fc.property(text, text, text, text, (description, title, reason, tail) => {
      const shown = escalationMarkdown(
        aCase({ description, title, reason, tail, payload: { text: description }, taskId: title || 'x' }),
      );
      const headings = headingsOf(shown).filter((line) => line !== '## Last output');
      expect(headings.map((line) => HEADINGS.find((one) => line.startsWith(one)))).toEqual(HEADINGS);
    }),
    { numRuns: 300 },
  );
});
