import { existsSync, readFileSync, statSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { isAlive } from '../../src/adapters/process/process-identity.ts';
import type { AgentAdapter, AgentRequest } from '../../src/core/ports/agent.ts';
import { AgentOutcome } from '../../src/core/schema/agent-outcome.ts';
import { aListener, aRequest, runAgent } from '../helpers/agent-run.ts';
import { processesWith } from '../helpers/processes.ts';

/** What an agent can be made to do; each kind says with which request. */
export type Behaviour =
  | 'succeeds'
  | 'fails with 3'
  | 'dies by SIGSEGV'
  | 'hangs after a word'
  | 'is silent'
  | 'ignores TERM'
  | 'succeeds on TERM'
  | 'leaves a tree of daemons'
  | 'leaves children behind'
  | 'floods with short lines'
  | 'speaks binary'
  | 'is not executable'
  | 'does not exist';

/** How one kind of agent is put to the test. */
export interface AgentHarness {
  makeAgent(): AgentAdapter;
  /** The request that makes it behave so; `ready`, where it appears, is what the agent says first. */
  request(behaviour: Behaviour): Partial<AgentRequest>;
  /** False where the host cannot hold daemons that drop their environment. */
  readonly holdsDaemons: boolean;
}

/** The promises every kind of agent keeps. */
export function agentContract(name: string, { makeAgent, request, holdsDaemons }: AgentHarness): void {
  const runIds: string[] = [];
  afterEach(() => {
    for (const runId of runIds.splice(0)) expect(processesWith(runId), 'processes left behind').toEqual([]);
  });

  function run(behaviour: Behaviour, fields: Partial<AgentRequest> = {}, listener = aListener()) {
    const full = aRequest({ ...request(behaviour), ...fields });
    runIds.push(full.runId);
    return runAgent(makeAgent(), full, listener);
  }
  async function check(behaviour: Behaviour, expected: object, fields: Partial<AgentRequest> = {}) {
    const result = await run(behaviour, fields);
    expect(AgentOutcome.parse(result.outcome)).toMatchObject(expected);
    return result;
  }

  describe(`${name} keeps the agent contract (R-ART-041, 042)`, () => {
    test('exit code 0 is success (R-ART-048)', async () => {
      const { outcome } = await check('succeeds', { kind: 'succeeded' });
      expect(outcome.leaked).toBeUndefined();
      expect(outcome.outputBytes).toBeGreaterThan(0);
    });

    test('another exit code is a failure that names it (R-ART-048, R-ART-064)', () =>
      check('fails with 3', { kind: 'failed', reason: 'exited with code 3', exitCode: 3, retryable: true }));

    test('a death by signal is a failure that names it (R-ART-064)', () =>
      check('dies by SIGSEGV', { kind: 'failed', reason: 'killed by signal SIGSEGV', signal: 'SIGSEGV' }));

    test('a missing binary is a failure no retry can mend', async () => {
      const { outcome } = await check('does not exist', { kind: 'failed', retryable: false });
      expect(outcome).toHaveProperty('reason', expect.stringMatching(/command not found/));
    });

    test('a file that may not be run is a failure no retry can mend', async () => {
      const { outcome } = await check('is not executable', { kind: 'failed', retryable: false });
      expect(outcome).toHaveProperty('reason', expect.stringMatching(/not-executable/));
    });

    test('the timeout ends an agent that hangs (R-ART-054, R-ART-057)', async () => {
      const { tookMs } = await check(
        'hangs after a word',
        { kind: 'timed-out', limitMs: 500 },
        { timeoutMs: 500 },
      );
      expect(tookMs).toBeLessThan(5_000);
    });

    test('an agent that answers TERM with success is still timed out (R-ART-054)', () =>
      check('succeeds on TERM', { kind: 'timed-out' }, { timeoutMs: 500 }));

    test('an agent that ignores TERM gets KILL after 5 s (R-ART-054)', async () => {
      const { tookMs } = await check('ignores TERM', { kind: 'timed-out' }, { timeoutMs: 300 });
      expect(tookMs).toBeGreaterThan(5_200);
      expect(tookMs).toBeLessThan(20_000);
    });

    test('a silent agent is stalled (R-ART-043)', () =>
      check('is silent', { kind: 'stalled', silentMs: 300 }, { silenceMs: 300 }));

    test.each(['brake', 'cancel', 'shutdown', 'fence'] as const)(
      'a stop by %s says so (R-ART-048)',
      async (by) => {
        const listener = aListener();
        const running = run('hangs after a word', {}, listener);
        await expect.poll(() => listener.spawned.length, { timeout: 5_000 }).toBe(1);
        listener.stop(by);
        expect((await running).outcome).toMatchObject({ kind: 'stopped', by });
      },
    );

    test('a stop before the start makes no process', async () => {
      const listener = aListener();
      listener.stop('brake');
      const { outcome } = await run('succeeds', {}, listener);
      expect(outcome).toMatchObject({ kind: 'stopped', by: 'brake' });
      expect(listener.spawned).toEqual([]);
    });

    test('the last check may refuse the start', async () => {
      const refuse = () => {
        throw { stop: 'brake' };
      };
      const { outcome, listener } = await run('succeeds', {}, aListener({ mayStart: refuse }));
      expect(outcome).toMatchObject({ kind: 'stopped', by: 'brake' });
      expect(listener.spawned).toEqual([]);
    });

    test('the process it tells of is the one that lives, and it is gone afterwards (R-ART-051, R-SYS-033)', async () => {
      const listener = aListener();
      const running = run('hangs after a word', {}, listener);
      await expect.poll(() => listener.spawned.length, { timeout: 5_000 }).toBe(1);
      const process = listener.spawned[0]!;
      expect(isAlive(process)).toBe(true);
      expect(isAlive({ ...process, startTime: '1' })).toBe(false);
      listener.stop('cancel');
      await running;
      expect(isAlive(process)).toBe(false);
    });

    test('children it leaves behind end with it, and cannot hold it up (R-SYS-033)', async () => {
      const { tookMs } = await check('leaves children behind', { kind: 'succeeded' });
      expect(tookMs).toBeLessThan(5_000);
    });

    test.runIf(holdsDaemons)(
      'no daemon outlives it, however it was made (R-SYS-033)',
      async () => {
        const listener = aListener({ stopOn: 'ready' });
        const full = aRequest(request('leaves a tree of daemons'));
        const env = { ...full.env, FIXTURE_WITNESS: full.runId };
        const { outcome } = await runAgent(makeAgent(), { ...full, env }, listener);
        expect(outcome).toMatchObject({ kind: 'stopped', by: 'cancel' });
        expect(outcome.leaked).toBeUndefined();
        expect(processesWith(full.runId)).toEqual([]);
      },
      15_000,
    );

    test('raw output is in its file, for its owner only (R-SYS-031)', async () => {
      const full = aRequest(request('succeeds'));
      const { outcome } = await runAgent(makeAgent(), full);
      expect(existsSync(full.outputPath)).toBe(true);
      expect(readFileSync(full.outputPath).length).toBe(outcome.outputBytes);
      expect(statSync(full.outputPath).mode & 0o777).toBe(0o600);
    });

    test('a flood of lines gives a bounded number of events (R-SYS-032)', async () => {
      const { listener, outcome } = await run('floods with short lines');
      expect(outcome.kind).toBe('succeeded');
      expect(listener.events.length).toBeLessThanOrEqual(10_000);
      expect(outcome.tail.length).toBeLessThanOrEqual(16 * 1024);
    });

    test('binary output is replaced, never fatal (R-ART-043)', async () => {
      const { outcome } = await check('speaks binary', { kind: 'succeeded' });
      expect(outcome.tail).toContain('\u{fffd}');
    });
  });
}
