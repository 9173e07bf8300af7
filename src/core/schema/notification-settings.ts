import { z } from 'zod';
import { NOTICE_EMAIL_RECIPIENTS_MAX } from '../notice-limits.ts';
import { NOTICE_KINDS, NoticeKind, NoticePriority } from './notice.ts';

/** Local hours in which only what is urgent is pushed. */
export const QuietHours = z.strictObject({
  /** Minutes after midnight; the hours may go over midnight. */
  fromMinute: z.int(),
  toMinute: z.int(),
  /** IANA name; null = this machine's. */
  timeZone: z.string().nullable(),
});
export type QuietHours = z.infer<typeof QuietHours>;

/** Over which ways people are told, when, and of what (R-PROD-012, R-PROD-080). */
export const NotificationSettings = z.strictObject({
  subjectPrefix: z.string(),
  ntfy: z.strictObject({ url: z.string(), topic: z.string(), tokenEnv: z.string().nullable() }).nullable(),
  webhook: z.strictObject({ url: z.string(), secretEnv: z.string().nullable() }).nullable(),
  email: z
    .strictObject({
      to: z.array(z.string()),
      /** Null = whoever the mail program takes. */
      from: z.string().nullable(),
      /** Program and arguments; the recipients are appended, the message is its input. */
      command: z.array(z.string()),
    })
    .nullable(),
  /** Program and arguments; title and text are appended. */
  desktop: z.array(z.string()).nullable(),
  /** Kinds that are not pushed. */
  off: z.array(NoticeKind),
  priorities: z.partialRecord(NoticeKind, NoticePriority),
  quietHours: QuietHours.nullable(),
  messagesPerHourMax: z.int(),
  /** Polls without anything to do before the team counts as idle. */
  idlePolls: z.int(),
  wakeup: z.strictObject({
    enabled: z.boolean(),
    cooldownSeconds: z.number(),
    consecutiveDoneMax: z.int(),
  }),
});
export type NotificationSettings = z.infer<typeof NotificationSettings>;

/** Does this machine know the zone? */
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const Variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable');
const ClockTime = z.string().regex(/^([01]?\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:00');
const WebUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });
/** Plain enough to be an argument and a header as it stands: no option, no pipe, no file, no second line. */
const MailAddress = z
  .string()
  .max(254)
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9._+=~'-]*(@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)?$/,
    'must be a mail address such as ops@example.org',
  );

/** `notifications` as a file writes them; the first five keys are those of ai-producer. */
export const NotificationsConfig = z.looseObject({
  ntfy_topic: z.string().max(200).optional().describe('Topic on ntfy; empty = no pushes there'),
  subject_prefix: z.string().max(100).optional().describe('Stands before every subject; default Dispatch'),
  idle_wakeup_enabled: z
    .boolean()
    .optional()
    .describe('File a task for the role wakeup when the team is idle; default true'),
  idle_wakeup_cooldown_seconds: z.number().min(0).optional().describe('Between two of them; default 7200'),
  idle_wakeup_max_consecutive_done: z
    .int()
    .min(1)
    .optional()
    .describe('After so many that found nothing to do none is filed; default 2'),
  ntfy_url: WebUrl.optional().describe('Another server than https://ntfy.sh'),
  ntfy_token_env: Variable.nullish().describe('Environment variable with the access token for ntfy'),
  webhook: z
    .looseObject({
      url: WebUrl.describe('Where messages are posted as JSON'),
      secret_env: Variable.nullish().describe('Environment variable with the secret they are signed with'),
    })
    .nullish(),
  email: z
    .looseObject({
      to: z
        .union([MailAddress, z.array(MailAddress).min(1).max(NOTICE_EMAIL_RECIPIENTS_MAX)])
        .describe('Address, or list of addresses'),
      from: MailAddress.nullish().describe('Sender; default whom the mail program takes'),
      command: z
        .array(z.string())
        .min(1)
        .optional()
        .describe('Program that takes mail; addresses are appended. Default /usr/sbin/sendmail -i'),
    })
    .nullish(),
  desktop: z
    .array(z.string())
    .min(1)
    .nullish()
    .describe('Program and arguments that show a message; title and text are appended'),
  kinds: z
    .partialRecord(NoticeKind, z.union([z.boolean(), NoticePriority]))
    .optional()
    .describe(`What is pushed: false, true, or its priority. Kinds: ${NOTICE_KINDS.join(', ')}`),
  quiet_hours: z
    .looseObject({
      from: ClockTime.describe('Such as 22:00'),
      to: ClockTime.describe('Such as 07:00'),
      time_zone: z
        .string()
        .refine(isTimeZone, 'is no time zone; for example Europe/Berlin')
        .optional()
        .describe("Such as Europe/Berlin; default this machine's"),
    })
    .nullish()
    .describe('Only what is urgent is pushed then; the rest follows as one digest'),
  max_per_hour: z.int().min(1).max(1000).optional().describe('Messages over one channel; default 20'),
});
export type NotificationsConfig = z.infer<typeof NotificationsConfig>;
