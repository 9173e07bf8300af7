import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inspectLedger } from '../../adapters/boards/ledger/inspect-ledger.ts';
import { createBrakeFile } from '../../adapters/brake/brake-file.ts';
import { isFree } from '../../adapters/local/free-port.ts';
import { readUp } from '../../adapters/local/up-file.ts';
import { whyNotExecutable } from '../../adapters/process/find-executable.ts';
import { messageOf } from '../../core/errors.ts';
import { BOARD_TASKS_DOCUMENTED_MAX } from '../../core/limits.ts';
import { KINDS_WITH_PROGRAM } from '../../core/schema/config.ts';
import type { Settings } from '../../core/schema/settings.ts';
import type { Cli } from '../cli.ts';
import { type Finding, failed, ok, warning } from './check.ts';

const FOR_OTHERS = 0o077;

/** Can the board be read and written? */
export function checkBoard({ board, routes }: Settings): Finding {
  if (board.kind === 'ledger') return checkLedger(board.path, routes);
  if (board.kind !== 'json') return ok('board', board.kind);
  const { path } = board;
  try {
    accessSync(existsSync(path) ? path : dirname(path), constants.R_OK | constants.W_OK);
    if (!existsSync(path)) return warning('board', `${path} is not there yet; it is made at the first start`);
    const content = JSON.parse(readFileSync(path, 'utf8')) as { queues?: Record<string, unknown[]> };
    const queues = Object.keys(content.queues ?? {}).length;
    const tasks = Object.values(content.queues ?? {}).reduce((sum, queue) => sum + queue.length, 0);
    accessSync(dirname(path), constants.W_OK);
    if (tasks > BOARD_TASKS_DOCUMENTED_MAX) {
      const text = `${path}: ${tasks} tasks; every change rewrites the file, which is meant for ${BOARD_TASKS_DOCUMENTED_MAX}`;
      return warning('board', text);
    }
    return ok('board', `${path}, ${queues} queues`);
  } catch (error) {
    return failed(
      'board',
      `${path}: ${messageOf(error)}`,
      'mend the file, or name another one: board in dispatch.yaml',
    );
  }
}

/** Is it a ledger, and does its audit chain hold? */
function checkLedger(path: string, routes: Settings['routes']): Finding {
  try {
    if (!existsSync(path)) return warning('board', `${path} is not there yet; it is made at the first start`);
    accessSync(path, constants.R_OK | constants.W_OK);
    accessSync(dirname(path), constants.W_OK);
    const roles = routes.map(({ queueName }) => queueName);
    const { tasks, chain, notes } = inspectLedger(path, roles);
    const count = Object.values(tasks).reduce((sum, number) => sum + number, 0);
    if (chain !== null)
      return failed(
        'board',
        `${path}: the audit chain does not hold at row ${chain.id}: ${chain.problem}`,
        'see docs/ledger.md; go on all the same: dispatch ledger import --accept-broken-chain',
      );
    const text = `${path}, a ledger of ${count} tasks`;
    return notes.length === 0
      ? ok('board', text)
      : warning('board', `${text}; ${notes.length} things to know`, 'dispatch ledger import --dry-run');
  } catch (error) {
    return failed('board', messageOf(error), 'mend the file, or name another one: board in dispatch.yaml');
  }
}

/** Do the agents' programs exist, that of the base command too? */
export function checkAgents(
  { agents, defaults, baseDir }: Settings,
  env: Cli['io']['env'],
): readonly Finding[] {
  const base = { name: 'of routes without one', command: defaults.command, cwd: null };
  const named = Object.values(agents).map(({ name, kind, command, cwd }) => {
    const own = KINDS_WITH_PROGRAM.includes(kind) && command.length === 0;
    return { name, command: own ? ['claude'] : command, cwd };
  });
  return [...named, base]
    .filter(({ command }) => command.length > 0)
    .map(({ name, command, cwd }) => {
      const [program = ''] = command;
      const problem = whyNotExecutable(program, { cwd: cwd ?? baseDir, path: env.PATH });
      if (problem === null) return ok(`agent ${name}`, program);
      return failed(
        `agent ${name}`,
        problem.reason,
        `install ${program}, or change its command in dispatch.yaml`,
      );
    });
}

/** Is the state directory this user's alone, and is the brake off? */
export function checkStateDir({ stateDir, brakeFile }: Settings): readonly Finding[] {
  if (!existsSync(stateDir)) return [ok('state', `${stateDir} is made at the first start`)];
  const findings: Finding[] = [];
  const { mode } = statSync(stateDir);
  if ((mode & FOR_OTHERS) === 0) findings.push(ok('state', `${stateDir}, for you alone`));
  else findings.push(warning('state', `${stateDir} is open to other users`, `chmod 700 ${stateDir}`));
  const { armed, reason } = createBrakeFile(brakeFile ?? join(stateDir, 'kill_switch')).read();
  if (armed)
    findings.push(warning('kill switch', `armed: ${reason ?? 'no reason given'}`, 'dispatch resume'));
  return findings;
}

/** Can the HTTP API listen where it should? */
export async function checkPort({ api, stateDir }: Settings): Promise<Finding> {
  const up = await readUp(stateDir);
  if (up !== null) return ok('http', `${up.url}, up (pid ${up.pid})`);
  if (api.port === 0) return ok('http', `${api.host}, any free port`);
  return (await isFree(api.port, api.host))
    ? ok('http', `${api.host}:${api.port} is free`)
    : failed('http', `${api.host}:${api.port} is taken`, 'dispatch up --port 0');
}
