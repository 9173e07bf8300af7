import type { Command } from 'commander';
import { operations } from '../../api/operations/index.ts';
import type { CommandWords, Vocabulary } from '../../core/policy/prompts/vocabulary.ts';

/** Paths beside the table of operations. */
const MORE = [
  { method: 'GET', path: '/openapi.json' },
  { method: 'POST', path: '/mcp' },
];

/** What a prompt may call: the commands of these programs, and HTTP and MCP as the operations have them. */
export function vocabularyOf(programs: readonly Command[], apiPort: number): Vocabulary {
  return {
    programs: programs.map(wordsOf),
    endpoints: [
      ...operations.flatMap(({ http }) =>
        http === undefined
          ? []
          : [http.path, ...(http.also ?? [])].map((path) => ({ method: http.method, path })),
      ),
      ...MORE,
    ],
    mcpTools: operations.flatMap(({ mcp }) => mcp?.tool ?? []),
    apiPort,
  };
}

function wordsOf(command: Command): CommandWords {
  const flags = command.options.flatMap(({ long, short, required, optional }) =>
    [long, short].flatMap((flag) => (flag ? [[flag, required || optional] as const] : [])),
  );
  return {
    names: [command.name(), ...command.aliases()],
    flags: new Map(flags),
    takesWords: command.registeredArguments.length > 0,
    commands: command.commands.map(wordsOf),
  };
}
