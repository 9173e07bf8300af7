import type { NoticeChannel } from '../../core/ports/notice-channel.ts';
import { runProgram } from './run-program.ts';

export interface DesktopConfig {
  /** Program and arguments; title and text follow. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly subjectPrefix: string;
}

/** Shows messages with a command of this machine, without a shell. */
export function createDesktop({ command, cwd, env, subjectPrefix }: DesktopConfig): NoticeChannel {
  return {
    name: 'desktop',
    send: ({ messageId, subject, body }, signal) =>
      runProgram(
        {
          command: [...command, asText(`${subjectPrefix} — ${subject}`), asText(body)],
          cwd,
          env: { ...env, DISPATCH_NOTICE_ID: messageId },
        },
        signal,
      ),
  };
}

/** A text must not be taken for an option, nor end early. */
const asText = (text: string): string => {
  const whole = text.replaceAll('\0', ' ');
  return whole.startsWith('-') ? ` ${whole}` : whole;
};
