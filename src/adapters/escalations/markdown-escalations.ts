import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { ESCALATION_NAME_LENGTH_MAX } from '../../core/policy/escalations/limits.ts';
import { escalationMarkdown, resolutionMarkdown } from '../../core/policy/escalations/markdown.ts';
import type { Escalations } from '../../core/ports/escalations.ts';

const RESOLVED = 'resolved';
const MODE = 0o600;

/** Cases as Markdown files `<dir>/<task id>.md`; resolved ones lie in `resolved/` below it (R-PROD-066, R-PROD-067). */
export function createMarkdownEscalations(dir: () => string | null): Escalations {
  return {
    async write(escalation) {
      const folder = dir();
      if (folder === null) return null;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const path = join(folder, fileName(escalation.taskId));
      await writeFileAtomic(path, escalationMarkdown(escalation), { mode: MODE });
      return path;
    },

    async read(taskId) {
      const folder = dir();
      return folder === null ? null : readCase(join(folder, fileName(taskId)));
    },

    async resolve(resolution) {
      const folder = dir();
      if (folder === null) return null;
      const name = fileName(resolution.taskId);
      const found = await readCase(join(folder, name));
      if (found === null) return null;
      const { path, text } = found;
      await mkdir(join(folder, RESOLVED), { recursive: true, mode: 0o700 });
      const target = await freePath(join(folder, RESOLVED), name, resolution.at);
      // First there, then gone here: a crash in between leaves both, never neither.
      await writeFileAtomic(target, `${text}${resolutionMarkdown(resolution)}`, { mode: MODE });
      await rm(path, { force: true });
      return target;
    },
  };
}

async function readCase(path: string) {
  try {
    return { path, text: await readFile(path, 'utf8') };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** A name inside the folder for every id: what may not be in one is replaced, and then a hash keeps ids apart. */
function fileName(taskId: string): string {
  const safe = taskId.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, ESCALATION_NAME_LENGTH_MAX);
  if (safe === taskId && /^[A-Za-z0-9_]/.test(taskId)) return `${taskId}.md`;
  const hash = createHash('sha256').update(taskId).digest('hex').slice(0, 12);
  return `_${safe.replaceAll(/[.-]+/g, '_')}-${hash}.md`;
}

/** A task that was resolved before keeps that file, too. */
async function freePath(folder: string, name: string, at: string): Promise<string> {
  const path = join(folder, name);
  const taken = await access(path).then(
    () => true,
    () => false,
  );
  return taken ? join(folder, `${name.slice(0, -'.md'.length)}.${at.replaceAll(/[^0-9TZ]/g, '')}.md`) : path;
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
