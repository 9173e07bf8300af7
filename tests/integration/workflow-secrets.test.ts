import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readPayloadCodec } from '../../src/adapters/temporal/payload-codec.ts';
import { governorWorkflowId } from '../../src/core/ids.ts';
import { historyOf, payloadsOf } from '../helpers/history.ts';
import { aProject, type TestProject } from '../helpers/project.ts';
import { endOf, queues, todo, workflowOf } from '../helpers/task-shape.ts';

const caller = { channel: 'library', actor: 'sample' } as const;

/** Every history of the project whose task is 1: the task's, the governor's, and those of these commands. */
async function allHistories(p: TestProject, keys: readonly string[]): Promise<string> {
  const { records } = p.project.context.store;
  const kept = await Promise.all(keys.map((key) => records.getKey(key)));
  const commands = kept.map((entry) => entry!.workflowId);
  const governor = governorWorkflowId(p.project.settings().project);
  const ids = [workflowOf(p, '1').workflowId, governor, ...commands];
  const histories = await Promise.all(ids.map((id) => historyOf(p, id)));
  return JSON.stringify(histories) + payloadsOf(histories).join('\n');
}

test('no prompt, description, comment, output or environment value stands in any history (R-SYS-012)', async () => {
  const p = await aProject({
    queues: {
      ...queues(),
      Todo: [{ id: '1', name: 'task 1', description: 'canary-description' }],
    },
    agents: { loud: '' },
    routes: todo('loud', { prompt_template: 'canary-prompt {task_id}', max_retries: 1 }),
    config: {
      agents: {
        loud: {
          kind: 'command',
          command: ['sh', '-c', 'echo canary-output "$@"; echo canary-error >&2; exit 3'],
          env: { SAMPLE_TOKEN: 'canary-environment' },
        },
      },
    },
    env: { PARENT_TOKEN: 'canary-parent' },
  });
  expect(await endOf(p, '1')).toBe('left-in-place');
  const { command } = p.project.context.control;
  const create = { operation: 'create-task', queueName: 'Done', name: 'task 2' } as const;
  await command({ operation: 'add-comment', taskId: '1', text: 'canary-comment' }, caller, 'comment');
  await command(
    { operation: 'update-task', taskId: '1', patch: { labels: ['canary-label'] } },
    caller,
    'update',
  );
  await command({ ...create, description: 'canary-created' }, caller, 'create');
  const [run] = await p.project.context.store.projection.listRuns({ taskId: '1', limit: 1 });
  expect(run?.tail).toContain('canary-output');
  const text = await allHistories(p, ['comment', 'update', 'create']);
  expect(text).toContain('task 1');
  expect([...new Set(text.match(/canary-\w+/g))]).toEqual([]);
});

/** A key file in a folder of its own. */
function aKeyFile(content: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'dispatch-key-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'key'), content);
  return join(dir, 'key');
}
const KEY = Buffer.alloc(32, 7).toString('base64');

test('with a key file everything works and no payload can be read without the key (R-SYS-012)', async () => {
  const path = aKeyFile(`${KEY}\n`);
  const p = await aProject({
    queues: { ...queues(), Todo: [{ id: '1', name: 'secret name' }] },
    agents: { once: 'test -e tried && exit 0; touch tried; exit 3' },
    routes: todo('once', { max_retries: 1, retry_backoff_seconds: 0.1 }),
    env: { DISPATCH_PAYLOAD_KEY_FILE: path },
  });
  expect(await endOf(p, '1')).toBe('finished');
  const { control } = p.project.context;
  const comment = { operation: 'add-comment', taskId: '1', text: 'hello' } as const;
  const answer = await control.command(comment, caller, 'comment');
  expect(answer).toMatchObject({ kind: 'done', answer: { id: '1', comments: [{}, { text: 'hello' }] } });
  expect((await control.governor())?.pools).toMatchObject({ routes: { limit: 3 } });

  const history = await historyOf(p, workflowOf(p, '1').workflowId);
  const payloads = payloadsOf(history).join('\n');
  expect(payloads.length).toBeGreaterThan(1_000);
  for (const plain of ['secret name', '"taskId"', '"leaseId"']) expect(payloads).not.toContain(plain);
  const codec = readPayloadCodec(path);
  const started = history.events[0]!.workflowExecutionStartedEventAttributes;
  const { input } = started as { input: { payloads: Encoded[] } };
  const [decoded] = await codec.decode(input.payloads.map(fromJson));
  expect(Buffer.from(decoded!.data!).toString()).toContain('"taskId":"1"');
});

interface Encoded {
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: string;
}
const fromJson = ({ metadata, data }: Encoded) => ({
  metadata: Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [key, Buffer.from(value, 'base64')]),
  ),
  data: Buffer.from(data, 'base64'),
});

test('a new first key encrypts, older ones still decrypt, what is not encrypted is read as it is (R-SYS-012)', async () => {
  const plain = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"hello"') };
  const old = readPayloadCodec(aKeyFile(KEY));
  const renewed = readPayloadCodec(aKeyFile(`${'ab'.repeat(32)}\n${KEY}\n`));
  const [sealed] = await old.encode([plain]);
  expect(Buffer.from(sealed!.data!).toString()).not.toContain('hello');
  const [opened] = await renewed.decode([sealed!]);
  expect(Buffer.from(opened!.data!).toString()).toBe('"hello"');
  expect(await renewed.decode([plain])).toEqual([plain]);
  const [newer] = await renewed.encode([plain]);
  await expect(old.decode([newer!])).rejects.toThrow('which is not at hand');
  const broken = { ...sealed!, data: Buffer.from(sealed!.data!).fill(0, 20, 24) };
  await expect(old.decode([broken])).rejects.toThrow();
});

test('a key file that is missing, empty or no key is told by name before anything starts (R-SYS-012)', () => {
  expect(() => readPayloadCodec('/nowhere/key')).toThrow('the payload key file cannot be read');
  expect(() => readPayloadCodec(aKeyFile('\n'))).toThrow('the payload key file is empty');
  expect(() => readPayloadCodec(aKeyFile(`${KEY}\nshort\n`))).toThrow(/line 2 of .* is no key of 32 bytes/);
});
