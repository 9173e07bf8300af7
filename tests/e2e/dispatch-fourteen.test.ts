import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { aDispatchScene, type DispatchScene, jobsSeen, told } from '../helpers/dispatch-scene.ts';
import { anMcpClient, ERAS, type McpClient } from '../helpers/mcp-clients.ts';
import { until } from '../helpers/project.ts';
import { aProcess } from '../helpers/project-process.ts';

const COUNT = 14;
const NUMBERS = Array.from({ length: COUNT }, (_, index) => index + 1);

test('14 MCP processes on one state directory: no edit lost, no job corrupt, one limit, equal calls run once (R-SYS-016, R-SYS-036, R-AD-084, R-AD-123, R-ADX-013, R-ADX-047)', async () => {
  const scene = await aDispatchScene();
  await told(scene, () => together(scene));
}, 600_000);

async function together(scene: DispatchScene): Promise<void> {
  const worker = await aProcess(scene);
  const place = (number: number) => anMcpClient(ERAS[number % 2] ?? 'legacy', scene.place);
  const clients = await Promise.all(NUMBERS.map(place));
  const answers = await Promise.all(clients.map((client, index) => useAll(client, index + 1, scene)));
  for (const [index, { added, own, same }] of answers.entries()) {
    const name = `extra-${index + 1}`;
    expect(added).toMatchObject({ added: name });
    expect(own).toMatchObject({ agent: name, success: true, result: `I am ${name}` });
    expect(same).toMatchObject({ agent: 'one', success: true });
  }
  expect(new Set(answers.map(({ same }) => same.session_id)).size).toBe(1);

  const file = parse(readFileSync(join(scene.dir, '.config/agent-dispatch/agents.yaml'), 'utf8'));
  expect(Object.keys(file.agents)).toEqual(
    expect.arrayContaining(NUMBERS.map((number) => `extra-${number}`)),
  );
  expect(Object.keys(file.agents)).toHaveLength(6 + COUNT);
  const later = await anMcpClient('modern', scene.place);
  const listed = (await later.call('list_agents')).json as { name: string; healthy: boolean }[];
  expect(listed.filter(({ name, healthy }) => name.startsWith('extra-') && healthy)).toHaveLength(COUNT);

  // One run for each, and one for the call that all made; never more at once than there are slots.
  const jobs = await jobsSeen(later);
  expect(jobs.map(({ status }) => status)).toEqual(Array(COUNT + 1).fill('done'));
  const lines = scene.witness.lines();
  expect(lines.map(({ what }) => what)).toEqual(Array(COUNT + 1).fill('start'));
  expect(lines.map(({ jobId }) => jobId).toSorted()).toEqual(jobs.map(({ id }) => id).toSorted());
  // A file says so a moment after the store does.
  const folder = join(scene.dir, '.config/agent-dispatch/jobs');
  for (const name of readdirSync(folder)) {
    const record = await until(`${name} says how its job ended`, () => {
      const read = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      return read.status === 'done' && read;
    });
    expect(record.id).toBe(name.replace('.json', ''));
  }
  expect(scene.agentsAlive()).toEqual([]);
  expect(await worker.stop()).toBe(0);
}

async function useAll(client: McpClient, number: number, { dir, witness }: DispatchScene) {
  const name = `extra-${number}`;
  const directory = join(dir, name);
  mkdirSync(directory);
  const settings = { text: `I am ${name}`, delayMs: 300, early: true, state: witness.state };
  writeFileSync(join(directory, '.fake-claude.json'), JSON.stringify(settings));
  const added = (await client.call('add_agent', { name, directory, description: `number ${number}` })).json;
  const [own, same] = await Promise.all([
    client.call('dispatch', { agent: name, task: 'who are you?' }),
    client.call('dispatch', { agent: 'one', task: 'the same for all', caller: 'all' }),
  ]);
  return { added, own: own.json, same: same.json };
}
