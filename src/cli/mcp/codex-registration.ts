import { copyFileSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { AppError, messageOf } from '../../core/errors.ts';
import type { CliIo } from '../io.ts';

/** What came of it: `no-codex` = there is no configuration of Codex. */
export type CodexOutcome = 'done' | 'unchanged' | 'no-codex';

/** Changes the configuration of Codex where there is one, and keeps a copy of it as it was. */
export function changeCodex(env: CliIo['env'], change: (config: string) => string): CodexOutcome {
  const path = join(env.CODEX_HOME || join(env.HOME || homedir(), '.codex'), 'config.toml');
  const config = read(path);
  if (config === null) return 'no-codex';
  const next = change(config);
  if (next.trimEnd() === config.trimEnd()) return 'unchanged';
  try {
    copyFileSync(path, `${path}.before-dispatch`);
    writeFileAtomic.sync(path, next);
  } catch (cause) {
    throw new AppError('storage-failed', `cannot write ${path}: ${messageOf(cause)}`, { cause });
  }
  return 'done';
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
