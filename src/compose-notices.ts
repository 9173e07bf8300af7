import { join } from 'node:path';
import { createAttentionFile } from './adapters/notify/attention-file.ts';
import { createDesktop } from './adapters/notify/desktop.ts';
import { createEmail } from './adapters/notify/email.ts';
import { createNtfy } from './adapters/notify/ntfy.ts';
import { createWebhook } from './adapters/notify/webhook.ts';
import type { Project } from './compose.ts';
import type { NoticeChannel } from './core/ports/notice-channel.ts';
import type { Notice } from './core/schema/notice.ts';
import type { Settings } from './core/schema/settings.ts';
import { createNoticeSender } from './poller/notice-sender.ts';

const ATTENTION_FILE = 'needs-attention.md';

/** Brings this project's notices to people while the worker is up; answers what ends that. */
export function startNotices(project: Project, owner: string): () => Promise<void> {
  const { context, log, settings } = project;
  const { store, notices } = context;
  const sender = createNoticeSender({
    ...{ box: store.notices, records: store.records, owner, log },
    settings: () => settings().notifications,
    channels: () => channelsOf(project),
    noted: (notice) => noteInTrails(project, notice),
    attention: createAttentionFile(() => join(settings().reportsDir, ATTENTION_FILE)),
  });
  const unhear = notices.onChange(sender.wake);
  sender.start();
  return async () => {
    unhear();
    await sender.stop();
  };
}

/** That people were told stands in our trail, and in that of a ledger as upstream has it (R-PROD-029). */
async function noteInTrails(
  { context, settings }: Project,
  { key, kind, subject, noticeId }: Notice,
): Promise<void> {
  const { store, board } = context;
  const channels = channelNames(settings());
  const entry = {
    at: Date.now(),
    channel: 'notice',
    actor: 'dispatch',
    action: 'notify_human',
    subject: key,
  };
  await store.records.appendAudit({ ...entry, detail: { kind, subject, noticeId, via: channels } });
  const via = channels.includes('ntfy') ? 'ntfy+file' : 'file';
  await board.journal?.note({ action: 'notify_human', detail: { subject, via } });
}

const channelNames = ({ notifications }: Settings): string[] => [
  'file',
  ...(['ntfy', 'webhook', 'email', 'desktop'] as const).filter((name) => notifications[name] !== null),
];

/** The channels the settings name; secrets are in the environment, never in the configuration. */
function channelsOf({ env, settings }: Project): readonly NoticeChannel[] {
  const { project, baseDir, notifications } = settings();
  const { ntfy, webhook, email, desktop, subjectPrefix } = notifications;
  const secret = (name: string | null) => (name === null ? null : (env[name] ?? null));
  return [
    ...(ntfy === null ? [] : [createNtfy({ ...ntfy, token: secret(ntfy.tokenEnv), subjectPrefix })]),
    ...(webhook === null
      ? []
      : [createWebhook({ project, url: webhook.url, secret: secret(webhook.secretEnv) })]),
    ...(email === null ? [] : [createEmail({ ...email, cwd: baseDir, env, subjectPrefix })]),
    ...(desktop === null ? [] : [createDesktop({ command: desktop, cwd: baseDir, env, subjectPrefix })]),
  ];
}
