import { NOTICE_MESSAGES_PER_HOUR } from '../../core/notice-limits.ts';
import type { DispatchConfig } from '../../core/schema/config.ts';
import type { NoticeKind, NoticePriority } from '../../core/schema/notice.ts';
import type { NotificationSettings } from '../../core/schema/notification-settings.ts';
import type { Settings } from '../../core/schema/settings.ts';
import type { Path } from './problem.ts';

const NTFY_URL = 'https://ntfy.sh';
/** Where every system that can send mail has it; a line of one dot ends nothing. */
const SENDMAIL = ['/usr/sbin/sendmail', '-i'];
const DEFAULTS = {
  ...{ prefix: 'Dispatch', idlePolls: 12 },
  ...{ cooldownSeconds: 7200, consecutiveDoneMax: 2 },
};

/** Kinds that nobody hears of who has not asked for them. */
const QUIET_KINDS: readonly NoticeKind[] = ['report'];

type Kinds = readonly (readonly [NoticeKind, boolean | NoticePriority])[];

const offOf = (kinds: Kinds): readonly NoticeKind[] =>
  kinds.flatMap(([kind, pushed]) => (pushed === false ? [kind] : []));

/** `notifications` and `idle_threshold_polls` with every default filled in (R-PROD-012). */
export function toNotifications(values: DispatchConfig): NotificationSettings {
  const given = values.notifications ?? {};
  const { webhook, email, quiet_hours: quiet } = given;
  const kinds = Object.entries(given.kinds ?? {}) as Kinds;
  return {
    subjectPrefix: given.subject_prefix ?? DEFAULTS.prefix,
    ntfy:
      given.ntfy_topic === undefined || given.ntfy_topic === ''
        ? null
        : {
            url: (given.ntfy_url ?? NTFY_URL).replace(/\/+$/, ''),
            topic: given.ntfy_topic,
            tokenEnv: given.ntfy_token_env ?? null,
          },
    webhook: webhook ? { url: webhook.url, secretEnv: webhook.secret_env ?? null } : null,
    email: email
      ? { to: [email.to].flat(), from: email.from ?? null, command: email.command ?? SENDMAIL }
      : null,
    desktop: given.desktop ?? null,
    off: [...QUIET_KINDS.filter((kind) => !(kind in (given.kinds ?? {}))), ...offOf(kinds)],
    priorities: Object.fromEntries(kinds.filter(([, pushed]) => typeof pushed === 'string')),
    quietHours: quiet
      ? { fromMinute: minutes(quiet.from), toMinute: minutes(quiet.to), timeZone: quiet.time_zone ?? null }
      : null,
    messagesPerHourMax: given.max_per_hour ?? NOTICE_MESSAGES_PER_HOUR,
    idlePolls: values.idle_threshold_polls ?? DEFAULTS.idlePolls,
    wakeup: {
      enabled: given.idle_wakeup_enabled ?? true,
      cooldownSeconds: given.idle_wakeup_cooldown_seconds ?? DEFAULTS.cooldownSeconds,
      consecutiveDoneMax: given.idle_wakeup_max_consecutive_done ?? DEFAULTS.consecutiveDoneMax,
    },
  };
}

/** `22:30` as minutes after midnight. */
function minutes(time: string): number {
  const [hour, minute] = time.split(':').map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}

/** What is shown of reports and notifications: addresses may hold a secret, so of them only that they are set. */
export function explainTelling(settings: Settings): (readonly [Path, unknown])[] {
  const { ntfy, webhook, email, quietHours, wakeup, ...set } = settings.notifications;
  const clock = (minute: number) => new Date(minute * 60_000).toISOString().slice(11, 16);
  const rows: readonly (readonly [string, unknown])[] = [
    ['ntfy_topic', ntfy?.topic ?? ''],
    ['subject_prefix', set.subjectPrefix],
    ['webhook', webhook === null ? null : 'set'],
    ['email', email === null ? null : 'set'],
    ['desktop', set.desktop],
    ['kinds', { off: set.off, priorities: set.priorities }],
    ['quiet_hours', quietHours && `${clock(quietHours.fromMinute)} to ${clock(quietHours.toMinute)}`],
    ['max_per_hour', set.messagesPerHourMax],
    ['idle_wakeup_enabled', wakeup.enabled],
    ['idle_wakeup_cooldown_seconds', wakeup.cooldownSeconds],
    ['idle_wakeup_max_consecutive_done', wakeup.consecutiveDoneMax],
  ];
  return [
    ...rows.map(([name, value]) => [['notifications', name], value] as const),
    [['idle_threshold_polls'], set.idlePolls],
    [['report_every_hours'], settings.reportHours],
    [['report_html'], settings.reportHtml],
    [['reports_dir'], settings.reportsDir],
  ];
}
