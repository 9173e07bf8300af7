import { execFile } from 'node:child_process';
import { NOTICE_SEND_MS_MAX } from '../../core/notice-limits.ts';
import type { NoticeChannel, Trouble } from '../../core/ports/notice-channel.ts';

export interface DesktopConfig {
  /** Program and arguments; title and text follow. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly subjectPrefix: string;
}

/** Shows messages with a command of this machine, without a shell. */
export function createDesktop({ command, cwd, env, subjectPrefix }: DesktopConfig): NoticeChannel {
  const [program = '', ...words] = command;
  return {
    name: 'desktop',
    send({ messageId, subject, body }, signal) {
      const args = [...words, asText(`${subjectPrefix} — ${subject}`), asText(body)];
      const options = {
        ...{ cwd, signal, timeout: NOTICE_SEND_MS_MAX, killSignal: 'SIGKILL' as const },
        env: { ...env, DISPATCH_NOTICE_ID: messageId },
      };
      return new Promise((resolve) => {
        const child = execFile(program, args, options, (error) => resolve(troubleOf(error)));
        child.stdin?.end();
      });
    },
  };
}

/** A program that ran and failed fails again; one that hung or could not be started may not. */
function troubleOf(error: (Error & { code?: unknown }) | null): Trouble {
  if (error === null) return null;
  const isExit = typeof error.code === 'number';
  return { error: isExit ? `exit ${error.code}` : error.message, retryable: !isExit };
}

/** A text must not be taken for an option, nor end early. */
const asText = (text: string): string => {
  const whole = text.replaceAll('\0', ' ');
  return whole.startsWith('-') ? ` ${whole}` : whole;
};
