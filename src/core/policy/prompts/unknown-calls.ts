import type { PromptLine, PromptParts } from './prompt-lines.ts';
import { unknownCommand } from './unknown-command.ts';
import { unknownEndpoints } from './unknown-endpoint.ts';
import type { PromptFault, Vocabulary } from './vocabulary.ts';

/** Ours, by the names it is registered under. */
const MCP_TOOL = /\bmcp__(?:agent-dispatch|dispatch)__([A-Za-z0-9_]+)/g;
/** The Python package that prompts of ai-producer call. */
const PYTHON =
  /^\s*(?:>>> )?(?:from\s+producer(?:\.\w+)*\s+import\b|import\s+producer\b)|\bpython3?\s+-m\s+producer\b/;

/** Calls in code of a prompt that lead nowhere: commands, endpoints, tools. */
export function unknownCalls({ lines }: PromptParts, vocabulary: Vocabulary): readonly PromptFault[] {
  return lines.flatMap((line) => line.code.flatMap((code) => faultsOf(code, line, vocabulary)));
}

function faultsOf(code: string, { number }: PromptLine, vocabulary: Vocabulary): readonly PromptFault[] {
  const problems = [
    ...unknownCommand(code, vocabulary.programs),
    ...unknownEndpoints(code, vocabulary),
    ...[...code.matchAll(MCP_TOOL)].flatMap(([call, tool = '']) =>
      vocabulary.mcpTools.includes(tool)
        ? []
        : { text: `there is no MCP tool ${call}`, fix: 'docs/mcp.md lists the tools' },
    ),
    ...(PYTHON.test(code)
      ? [
          {
            text: 'there is no Python package "producer"',
            fix: 'use the commands: dispatch task file, dispatch decision add, dispatch asset add',
          },
        ]
      : []),
  ];
  return problems.map((problem) => ({ line: number, ...problem }));
}
