import { createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { loadConfig } from '../../adapters/config/load-config.ts';
import { freePort } from '../../adapters/local/free-port.ts';
import { runTemporalScript, startServer } from '../../adapters/local/temporal-script.ts';
import type { Cleanup } from '../cleanup.ts';
import type { Cli } from '../cli.ts';
import { pause } from '../pause.ts';
import { createScreen } from '../screen.ts';
import { type ServedProject, startParts } from '../serve-project.ts';
import { waitForEnd } from '../wait-for-end.ts';
import { printEvents } from './event-lines.ts';
import { makeDemoFolder, writeBoard, writeProject } from './folder.ts';
import { renderLive } from './live-view.ts';
import { type DemoTask, takePicture } from './picture.ts';
import { renderNext, renderPlaces, renderResult, resultDocument } from './result.ts';
import { type Scenario, scenarios } from './scenarios.ts';

const API_PORT_FIRST = 8000;
const REFRESH_MS = 120;
/** A demo that takes longer than this has gone wrong (ms); each task beyond the first few may take its share. */
const DEMO_MS_MAX = 60_000;
const TASK_MS_MAX = 1_500;

/** What was asked for. */
export interface DemoRequest {
  readonly keep: boolean;
  readonly count: number;
  readonly cleanup: Cleanup;
}

/** Builds the project, runs it and shows it; the exit code is 0 only when every task ended as it should. */
export async function runDemo(cli: Cli, { keep, count, cleanup }: DemoRequest): Promise<number> {
  const { out, io } = cli;
  const folder = makeDemoFolder();
  if (!keep) cleanup.add(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const served = await startDemo(cli, folder, cleanup);
  const places = { url: served.url ?? '', ui: served.temporal.ui, folder };
  out.note(`${renderPlaces(places, out)}\n`);
  const tasks = scenarios(count);
  writeBoard(folder, tasks);
  const pictures = await follow(cli, served, tasks);
  const ok = pictures.every(({ isRight }) => isRight);
  if (out.json) {
    out.document({ ok, tasks: resultDocument(pictures), ...places, folder: keep ? folder : null });
  } else {
    out.data(`${renderResult(pictures, out)}\n\n${renderPlaces(places, out)}`);
    if (!keep) out.data('(these end with the demo; with --keep they stay)');
    out.data(`\n${renderNext(io.env, out)}`);
  }
  if (!ok) out.warn('not every task ended as it should');
  if (keep) {
    out.note('Everything stays up; Ctrl-C ends it.');
    await waitForEnd(io.stop, served.failures);
  }
  return ok ? 0 : 1;
}

/** A Temporal server, a project and its parts, for this demo alone. */
async function startDemo(cli: Cli, folder: string, cleanup: Cleanup): Promise<ServedProject> {
  const { env, stop } = cli.io;
  const state = ['--state-dir', join(folder, 'temporal')];
  cli.out.note('Starting a Temporal server of its own …');
  cleanup.add(async () => void (await runTemporalScript(['stop', ...state], { env })));
  const server = await startServer([...state, '--port', '0'], {
    env,
    signal: stop.signal,
    onLine: (line) => cli.out.note(line),
  });
  stop.signal.throwIfAborted();
  const apiPort = await freePort(cli.globals.port ?? API_PORT_FIRST);
  writeProject(folder, { apiPort, temporalAddress: server.address });
  const { settings } = await loadConfig({ cwd: folder, dir: folder, env: {} });
  const stream = createWriteStream(join(folder, 'demo.log'));
  const log = pino({ level: 'debug', base: null }, cli.globals.debug === true ? cli.io.stderr : stream);
  cleanup.add(() => new Promise<void>((resolve) => stream.end(resolve)));
  const parts = { api: true, worker: true };
  return startParts({ settings, env, log, parts, cleanup, ui: server.ui, registers: false });
}

/** Shows what happens until every task is over, a part fails or it takes too long. */
async function follow(
  cli: Cli,
  served: ServedProject,
  tasks: readonly Scenario[],
): Promise<readonly DemoTask[]> {
  const { out, io } = cli;
  const { context } = served.project;
  const since = Date.now();
  const screen = createScreen(io, out);
  const names = new Map(tasks.map(({ name }, index) => [String(index + 1), name]));
  const silence = out.redraws ? () => {} : printEvents(context.events, out, names);
  const deadline = since + DEMO_MS_MAX + tasks.length * TASK_MS_MAX;
  try {
    for (;;) {
      const picture = await takePicture(context, { tasks, since });
      screen.draw(renderLive(picture, out));
      if (picture.every(({ isOver }) => isOver) || Date.now() > deadline) return picture;
      await Promise.race([pause(REFRESH_MS, io.stop.signal), ...served.failures]);
      io.stop.signal.throwIfAborted();
    }
  } finally {
    silence();
    screen.leave();
  }
}
