import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createEmail } from '../../src/adapters/notify/email.ts';
import type { OutgoingNotice } from '../../src/core/ports/notice-channel.ts';
import { aNoticeBench, type NoticeBench } from '../helpers/notice-bench.ts';
import { aProject, until } from '../helpers/project.ts';

const idle = { kind: 'idle', key: 'idle', subject: 'Team idle', body: 'Queue is empty.' } as const;

/** A mail program that keeps what it is given, one file a call, and ends with the codes one after the other. */
function aSendmail(dir: string, ...exits: readonly number[]) {
  const program = join(dir, 'sendmail.sh');
  const script = `#!/bin/sh
cd '${dir}'
n=$(ls mail-*.txt 2>/dev/null | wc -l)
{ for word in "$@"; do echo "arg: $word"; done; cat; } > part
mv part "mail-$n.txt"
set -- ${exits.join(' ')} 0
shift $(( n < $# - 1 ? n : $# - 1 ))
[ "$1" = 0 ] || echo "no way to the host" >&2
exit $1
`;
  writeFileSync(program, script, { mode: 0o755 });
  const mails = () =>
    readdirSync(dir)
      .filter((name) => /^mail-\d+\.txt$/.test(name))
      .sort()
      .map((name) => readFileSync(join(dir, name), 'utf8'));
  return { program, mails };
}

const emailAt = ({ dir }: NoticeBench, program: string, more: object = {}) =>
  createEmail({
    ...{ to: ['ops@example.org', 'root'], from: 'dispatch@example.org', command: [program, '-i'] },
    ...{ cwd: dir, env: { PATH: process.env.PATH }, subjectPrefix: 'Shop' },
    ...more,
  });

/** Headers, unfolded, and the decoded text. */
function parsed(mail: string) {
  const message = mail.replaceAll(/^arg: .*\n/gm, '');
  const end = message.indexOf('\n\n');
  const lines = message.slice(0, end).replaceAll('\n ', ' ').split('\n');
  return {
    args: [...mail.matchAll(/^arg: (.*)$/gm)].map(([, word]) => word),
    headers: Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2))),
    text: Buffer.from(message.slice(end), 'base64').toString('utf8'),
  };
}

test('the mail program gets the recipients as arguments and a whole message as input (R-PROD-080)', async () => {
  const bench = await aNoticeBench();
  const { program, mails } = aSendmail(bench.dir);
  bench.send([emailAt(bench, program)]);
  await bench.notices.raise({ ...idle, body: 'Nothing to do.\n.\nFrom now on: ü' });
  const [mail] = await until('sent', () => mails().length > 0 && mails());
  const { args, headers, text } = parsed(mail ?? '');
  expect(args).toEqual(['-i', 'ops@example.org', 'root']);
  expect(headers).toMatchObject({
    ...{ From: 'dispatch@example.org', To: 'ops@example.org, root', 'X-Dispatch-Kind': 'idle' },
    ...{ Subject: '=?utf-8?q?Shop_=E2=80=94_Team_idle?=', 'Auto-Submitted': 'auto-generated' },
    'Message-ID': expect.stringMatching(/^<[0-9a-f-]{36}@example\.org>$/),
    Date: expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/),
  });
  expect(headers).not.toHaveProperty('Importance');
  expect(text).toBe('Nothing to do.\n.\nFrom now on: ü\n');
  await until('noted', async () => (await bench.store.notices.sentSince('email', 0)) === 1);
});

test('no subject, name or text becomes a header, a recipient or an end (R-PROD-080)', async () => {
  const bench = await aNoticeBench();
  const { program, mails } = aSendmail(bench.dir);
  const evil = 'x\r\nBcc: all@example.org\n\nbody =?utf-8?q?=0ABcc:_b?=';
  bench.send([emailAt(bench, program, { subjectPrefix: evil })]);
  const long = `${'ü'.repeat(150)}\nBcc: c@example.org`;
  await bench.notices.raise({ kind: 'escalation', key: 'e/1', subject: long, body: `.\n\n${evil}` });
  const [mail = ''] = await until('sent', () => mails().length > 0 && mails());
  const names = Object.keys(parsed(mail).headers);
  expect(names).toEqual([
    ...['From', 'To', 'Subject', 'Date', 'Message-ID', 'Importance', 'Auto-Submitted', 'X-Dispatch-Id'],
    ...['X-Dispatch-Kind', 'MIME-Version', 'Content-Type', 'Content-Transfer-Encoding'],
  ]);
  expect(parsed(mail).args).toEqual(['-i', 'ops@example.org', 'root']);
  expect(parsed(mail).text).toContain('Bcc: all@example.org');
  for (const line of mail.split('\n')) {
    expect(line.length).toBeLessThanOrEqual(100);
    expect(line).toMatch(/^[\x20-\x7e]*$/);
  }
});

test('what may pass is tried again under the same Message-ID; what cannot is not (R-PROD-080)', async () => {
  const bench = await aNoticeBench();
  const { program, mails } = aSendmail(bench.dir, 75);
  bench.send([emailAt(bench, program)]);
  await bench.notices.raise(idle);
  await until('twice', () => mails().length === 2);
  expect(new Set(mails().map((mail) => parsed(mail).headers['Message-ID'])).size).toBe(1);
  await until('noted', async () => (await bench.store.notices.sentSince('email', 0)) === 1);

  const refusing = await aNoticeBench();
  const other = aSendmail(refusing.dir, 67, 67);
  refusing.send([emailAt(refusing, other.program)]);
  await refusing.notices.raise(idle);
  await until('warned', () => refusing.warnings.includes('notice not delivered'));
  expect(other.mails()).toHaveLength(1);
});

test('a mail program that is not there, hangs or does not read is told as such (R-PROD-080)', async () => {
  const { dir } = await aNoticeBench();
  const notice: OutgoingNotice = {
    ...{ kind: 'idle' as const, subject: 's', body: 'b'.repeat(300_000), tags: '' },
    ...{ priority: 'low' as const, messageId: 'm1', noticeIds: ['n1'], at: 0 },
  };
  const tell = (command: readonly string[], signal = AbortSignal.timeout(10_000)) =>
    createEmail({
      ...{ to: ['root'], from: null, command, cwd: dir, env: { PATH: process.env.PATH } },
      subjectPrefix: 'S',
    }).send(notice, signal);
  const script = (name: string, body: string) => {
    writeFileSync(join(dir, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    return [join(dir, name)];
  };
  expect(await tell(['/nowhere/sendmail'])).toMatchObject({
    ...{ retryable: true, error: expect.stringContaining('ENOENT') },
  });
  expect(await tell(script('deaf.sh', 'echo "bad user" >&2; exit 67'))).toEqual({
    ...{ retryable: false, error: 'exit 67: bad user' },
  });
  expect(await tell(script('hang.sh', 'exec sleep 60'), AbortSignal.timeout(300))).toMatchObject({
    retryable: true,
  });
  // What it leaves behind to deliver later holds up nothing.
  const begun = performance.now();
  expect(await tell(script('later.sh', 'cat > /dev/null; sleep 3 & exit 0'))).toBeNull();
  expect(performance.now() - begun).toBeLessThan(2_500);
});

test('a project tells by e-mail what its file says, and its trail says so (R-PROD-080, R-PROD-081)', async () => {
  const sendmail: { mails: () => string[] } = { mails: () => [] };
  const p = await aProject({
    agents: { ok: 'exit 0' },
    routes: [{ queue_name: 'Todo', agent: 'ok' }],
    prepare: (dir: string) => Object.assign(sendmail, aSendmail(dir)),
    config: { notifications: { email: { to: 'ops@example.org', command: ['./sendmail.sh'] } } },
  });
  const { control, store } = p.project.context;
  await control.arm({ reason: 'too expensive', stopRunning: false }, { channel: 'cli', actor: 'tester' });
  const [mail] = await until('sent', () => sendmail.mails().length > 0 && sendmail.mails());
  const { args, headers, text } = parsed(mail ?? '');
  expect(args).toEqual(['ops@example.org']);
  expect(headers).toMatchObject({ To: 'ops@example.org', Importance: 'high' });
  expect(headers).not.toHaveProperty('From');
  expect(text).toBe('too expensive\nArmed by: tester (cli).\n');
  const trail = await until('noted', async () => {
    const rows = await store.records.listAudit(50);
    return rows.find(({ action }) => action === 'notify_human');
  });
  expect(trail.detail).toMatchObject({ via: ['file', 'email'] });
});
