import type { SampleAnswers } from '../../adapters/config/sample-config.ts';
import { AppError } from '../../core/errors.ts';

type Answers = Pick<SampleAnswers, 'command' | 'boardPath' | 'queueName'>;
type Known = { readonly [Name in keyof Answers]: string | undefined };

const QUESTIONS: readonly (readonly [keyof Answers, string])[] = [
  ['command', 'Which command runs your agent? The prompt becomes its last argument.'],
  ['boardPath', 'Where is the board file?'],
  ['queueName', 'Which queue holds the tasks it takes?'],
];

/** Asks what no flag has said, at most three questions; Enter takes the suggestion. */
export async function askForSample(known: Known, suggested: Answers): Promise<Partial<Answers>> {
  const { isCancel, text } = await import('@clack/prompts');
  const answers: { -readonly [Name in keyof Answers]?: string } = {};
  for (const [name, message] of QUESTIONS) {
    if (known[name] !== undefined) continue;
    const answer = await text({ message, placeholder: suggested[name], defaultValue: suggested[name] });
    if (isCancel(answer)) throw new AppError('invalid-input', 'nothing was written');
    answers[name] = answer;
  }
  return answers;
}
