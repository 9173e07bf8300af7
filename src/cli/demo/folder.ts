import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { DEMO_AGENTS } from './agents.ts';
import { DONE, FAILED, type Scenario } from './scenarios.ts';

/** Makes an empty folder for one demo. */
export function makeDemoFolder(): string {
  return mkdtempSync(join(tmpdir(), 'dispatch-demo-'));
}

/** Where the demo's parts listen. */
export interface DemoPlaces {
  readonly apiPort: number;
  readonly temporalAddress: string;
}

/** Writes configuration and agents into the demo's folder; the board follows once everything is up. */
export function writeProject(folder: string, { apiPort, temporalAddress }: DemoPlaces): void {
  mkdirSync(join(folder, 'agents'));
  for (const [name, content] of Object.entries(DEMO_AGENTS)) {
    writeFileSync(join(folder, 'agents', name), content, { mode: 0o700 });
  }
  const script = (name: string) => ({ command: ['sh', join('agents', name)] });
  const route = (queue: string, agent: string, more: object) => ({ queue_name: queue, agent, ...more });
  const config = {
    project: 'demo',
    board: 'board.json',
    api_port: apiPort,
    temporal: { address: temporalAddress },
    poll_interval: 1,
    max_concurrent_agents: 3,
    dead_letter_queue: FAILED,
    agents: {
      writer: { command: [process.execPath, join('agents', 'work.mjs')] },
      importer: script('import.sh'),
      crawler: script('crawl.sh'),
      deployer: script('deploy.sh'),
    },
    routes: [
      route('Todo', 'writer', { in_progress_queue: 'In Progress' }),
      route('Review', 'writer', { in_progress_queue: 'Reviewing' }),
      route('Import', 'importer', { in_progress_queue: 'Importing', completed_queue: DONE, max_retries: 2 }),
      route('Crawl', 'crawler', {
        in_progress_queue: 'Crawling',
        completed_queue: DONE,
        max_retries: 1,
        timeout: 2,
      }),
      route('Deploy', 'deployer', { in_progress_queue: 'Deploying', max_retries: 1 }),
    ],
  };
  writeFileSync(join(folder, 'dispatch.yaml'), stringify(config));
  writeBoard(folder, []);
}

const QUEUES = ['Todo', 'In Progress', 'Review', 'Reviewing', 'Import', 'Importing', 'Crawl', 'Crawling'];

/** The sample board; task 1 is the first scenario, and so on. */
export function writeBoard(folder: string, tasks: readonly Scenario[]): void {
  const names = [...QUEUES, 'Deploy', 'Deploying', DONE, FAILED];
  const numbered = tasks.map((task, index) => ({ ...task, id: String(index + 1) }));
  const queues = Object.fromEntries(
    names.map((queue) => [
      queue,
      numbered
        .filter((task) => task.queue === queue)
        .map(({ id, name, labels, shows }) => ({ id, name, labels, description: `This task ${shows}.` })),
    ]),
  );
  writeFileSync(join(folder, 'board.json'), `${JSON.stringify({ queues }, null, 2)}\n`);
}
