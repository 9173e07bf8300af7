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
  const topic = `${topicOf(name)}-${randomBytes(4).toString('hex')}`;
  return { projectName: name, ntfyTopic: topic, subjectPrefix: name };
}

/** A topic is part of an address: only some characters, and not many. */
const topicOf = (name: string): string => name.replaceAll(/[^-_A-Za-z0-9]+/g, '-').slice(0, TOPIC_LENGTH_MAX);
const TOPIC_LENGTH_MAX = 50;

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
