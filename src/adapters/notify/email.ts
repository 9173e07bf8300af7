import type { NoticeChannel, OutgoingNotice } from '../../core/ports/notice-channel.ts';
import { encodedHeader } from './encoded-header.ts';
import { runProgram } from './run-program.ts';

export interface EmailConfig {
  readonly to: readonly string[];
  /** Null = whoever the mail program takes. */
  readonly from: string | null;
  /** Program and arguments; the recipients follow, the message is its input. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly subjectPrefix: string;
}

/** No host, not there now, trouble of the system, of files, for the moment: of sysexits these may pass. */
const PASSING: ReadonlySet<number> = new Set([68, 69, 71, 74, 75]);
const BODY_LINE = /.{1,76}/g;

/** Hands messages to the mail program of this machine (R-PROD-080). */
export function createEmail(config: EmailConfig): NoticeChannel {
  const { to, command, cwd, env } = config;
  return {
    name: 'email',
    send: (notice, signal) =>
      runProgram(
        {
          ...{ command: [...command, ...to], cwd, passing: PASSING },
          env: { ...env, DISPATCH_NOTICE_ID: notice.messageId },
          input: mailOf(notice, config),
        },
        signal,
      ),
  };
}

/** The body is encoded whole: no line of it is too long, ends the message or is taken for a header. */
function mailOf(
  { messageId, kind, subject, body, priority, at }: OutgoingNotice,
  { to, from, subjectPrefix }: EmailConfig,
): string {
  const [, domain = 'localhost'] = (from ?? to[0] ?? '').split('@');
  const isPressing = priority === 'high' || priority === 'urgent';
  const headers = [
    ...(from === null ? [] : [`From: ${from}`]),
    `To: ${to.join(', ')}`,
    `Subject: ${folded(`${subjectPrefix} — ${subject}`)}`,
    `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
    // The same for each try, so that readers can drop a message that came twice.
    `Message-ID: <${plain(messageId)}@${domain}>`,
    ...(isPressing ? ['Importance: high'] : []),
    'Auto-Submitted: auto-generated',
    `X-Dispatch-Id: ${plain(messageId)}`,
    `X-Dispatch-Kind: ${kind}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
  ];
  const lines = Buffer.from(`${body}\n`).toString('base64').match(BODY_LINE) ?? [];
  return `${[...headers, '', ...lines].join('\n')}\n`;
}

/** Encoded words, one on a line: the dash before the subject lets no text through as it is. */
const folded = (text: string): string => encodedHeader(text).replaceAll('?= =?', '?=\n =?');

const plain = (id: string): string => id.replaceAll(/[^A-Za-z0-9._-]/g, '-');
