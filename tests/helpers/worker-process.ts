import { createWriteStream } from 'node:fs';
import { loadConfig } from '../../src/adapters/config/load-config.ts';
import { openProject } from '../../src/compose.ts';
import { startApi } from '../../src/compose-api.ts';
import { openBoard } from '../../src/compose-board.ts';
import { startWorker } from '../../src/compose-worker.ts';
import type { AgentAdapter } from '../../src/core/ports/agent.ts';
import type { Board } from '../../src/core/ports/board.ts';

/**
 * A process of a project that a test may kill: `node worker-process.ts <folder> <log file> worker,api`. Says on
 * standard output when it is up; leaves orderly on SIGTERM, and at once when its parent is gone.
 */
const [folder = '.', logFile = '/dev/null', roles = 'worker'] = process.argv.slice(2);
const out = createWriteStream(logFile, { flags: 'a' });
const at = (level: string) => (facts: object, message: string) =>
  void out.write(`${JSON.stringify({ at: Date.now(), level, message, ...facts })}\n`);
const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };

process.stdin.resume();
process.stdin.once('end', () => process.exit(1));

const { settings } = await loadConfig({ cwd: folder, env: process.env });
const board = process.env.DIES_AT_CLAIM === '1' ? diesAtClaim(openBoard(() => settings, log)) : undefined;
const project = await openProject({
  ...{ settings, env: process.env, log },
  ...(board === undefined ? {} : { board }),
});
const api = roles.includes('api') ? await startApi(project) : null;
const worker = roles.includes('worker') ? await startWorker(project, await agentsOfCode()) : null;

process.once('SIGTERM', async () => {
  await worker?.stop();
  await api?.close();
  await project.close();
  process.exit(0);
});
worker?.failed.catch((error: unknown) => {
  log.error({ error: String(error) }, 'worker failed');
  process.exit(1);
});
process.stdout.write(`${JSON.stringify({ hostId: worker?.hostId ?? null, url: api?.url ?? null })}\n`);

/** Agents in place of those of the same kind. */
async function agentsOfCode(): Promise<readonly AgentAdapter[]> {
  const file = process.env.DISPATCH_TEST_AGENTS;
  if (file === undefined) return [];
  return ((await import(file)) as { readonly agents: readonly AgentAdapter[] }).agents;
}

/** Its first claim is made, and nobody hears of it: the process is killed with it. */
function diesAtClaim(inner: Board): Board {
  return {
    ...inner,
    async claim(taskId, request) {
      await inner.claim?.(taskId, request);
      process.kill(process.pid, 'SIGKILL');
      return new Promise(() => {});
    },
  };
}
