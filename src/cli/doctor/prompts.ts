import { relative } from 'node:path';
import { readBounded } from '../../adapters/agents-file/read-bounded.ts';
import { messageOf } from '../../core/errors.ts';
import { lintPrompt } from '../../core/policy/prompts/lint-prompt.ts';
import type { Vocabulary } from '../../core/policy/prompts/vocabulary.ts';
import { PROMPT_BYTES_MAX } from '../../core/role-limits.ts';
import type { Settings } from '../../core/schema/settings.ts';
import { type Finding, ok, warning } from './check.ts';

/** Do the prompts of the roles say what a role needs, and does what they call exist (R-PROD-094)? */
export async function checkPrompts(
  { roles, baseDir }: Pick<Settings, 'roles' | 'baseDir'>,
  vocabulary: Vocabulary,
): Promise<readonly Finding[]> {
  const all = Object.entries(roles ?? {}).map(async ([role, { promptPath }]) => {
    if (promptPath === null) return [];
    const [name, file] = [`prompt of ${role}`, relative(baseDir, promptPath)];
    const text = await textOf(promptPath).catch((error: unknown) => ({ problem: messageOf(error) }));
    if (typeof text === 'object') return [warning(name, `${file}: ${text.problem}`)];
    const faults = lintPrompt(role, text, vocabulary);
    if (faults.length === 0) return [ok(name, file)];
    return faults.map(({ line, text: what, fix }) => warning(name, `${file}:${line}: ${what}`, fix));
  });
  return (await Promise.all(all)).flat();
}

async function textOf(path: string): Promise<string | { readonly problem: string }> {
  const read = await readBounded(path, PROMPT_BYTES_MAX);
  if (read === null) return { problem: 'is no file' };
  return read.hasMore ? { problem: `has more than ${PROMPT_BYTES_MAX} bytes` } : read.bytes.toString('utf8');
}
