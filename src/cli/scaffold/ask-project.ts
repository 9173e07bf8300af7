import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { CliIo } from '../io.ts';
import type { ProjectAnswers } from './role-files.ts';

const QUESTIONS: readonly (readonly [keyof ProjectAnswers, string])[] = [
  ['projectName', 'Project name'],
  ['ntfyTopic', 'ntfy.sh topic'],
  ['subjectPrefix', 'Notification subject prefix'],
];

/** What a folder's project is called when nobody says otherwise; a topic nobody can guess (R-PROD-003). */
export function suggestedAnswers(root: string): ProjectAnswers {
  const name = basename(root) || 'my-project';
  return { projectName: name, ntfyTopic: `${name}-${randomBytes(4).toString('hex')}`, subjectPrefix: name };
}

/** Three questions, Enter takes what is suggested; `-` or `none` means none. Where nobody sits, nothing is asked (R-PROD-004). */
export async function askProject(io: CliIo, suggested: ProjectAnswers): Promise<ProjectAnswers> {
  if (io.stdin.isTTY !== true) return suggested;
  const lines = createInterface({ input: io.stdin, output: io.stdout });
  try {
    const answers: { -readonly [Name in keyof ProjectAnswers]: string } = { ...suggested };
    for (const [name, label] of QUESTIONS) {
      const answer = (await lines.question(`${label} [${suggested[name]}]: `)).trim();
      if (answer !== '') answers[name] = NONE.has(answer) && name === 'ntfyTopic' ? '' : answer;
    }
    return answers;
  } finally {
    lines.close();
  }
}

const NONE: ReadonlySet<string> = new Set(['-', 'none']);
