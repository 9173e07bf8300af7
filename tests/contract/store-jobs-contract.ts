import { describe, expect, test } from 'vitest';
import { PARALLEL_ITEMS_MAX } from '../../src/core/policy/dispatch/limits.ts';
import { aCancel, aGoodEnd, aJob, aResult, jobIdOf } from './job-builders.ts';
import { START_MS, type StoreBench } from './store-bench.ts';

const ID = jobIdOf(1);
const RUN = { runId: 'run-1', hostId: 'host-1', at: START_MS + 10 };

/** The promises of a store's jobs. */
export function jobsContract(name: string, bench: StoreBench): void {
  describe(`${name}: jobs`, () => {
    test('a job comes back whole, with everything that was asked (R-AD-102, R-AD-116)', async () => {
      const { jobs } = await bench.make();
      const job = aJob({
        task: 'x'.repeat(300),
        resume: true,
        parentRunId: 'run-0',
        chain: ['db', 'infra'],
        taskId: '12',
        parentId: 'parallel-1',
        cacheKey: 'key',
        mode: 'parallel',
      });
      expect(await jobs.add(job)).toEqual({ added: true, job });
      expect(await jobs.get(ID)).toEqual(job);
      expect(await jobs.statusOf(ID)).toBe('pending');
      expect(await jobs.get(jobIdOf(2))).toBeNull();
      expect(await jobs.statusOf(jobIdOf(2))).toBeNull();
    });

    test('the turns of a dialogue are found in the order they came, with their texts (R-AD-092)', async () => {
      const { jobs } = await bench.make();
      const first = aJob({ parentId: 'talk', mode: 'dialogue' });
      const second = { ...aJob({ parentId: 'talk', mode: 'dialogue' }), jobId: jobIdOf(2) };
      for (const job of [first, { ...aJob(), jobId: jobIdOf(3) }, second]) await jobs.add(job);
      expect(await jobs.ofParent('talk')).toEqual([first, second]);
      expect(await jobs.ofParent('other')).toEqual([]);
    });

    test('a job goes from pending to running to its end (R-AD-101)', async () => {
      const { jobs } = await bench.make();
      await jobs.add(aJob());
      expect(await jobs.start(ID, RUN)).toBe(true);
      expect(await jobs.get(ID)).toMatchObject({ status: 'running', startedAt: RUN.at, runId: 'run-1' });
      expect(await jobs.start(ID, { runId: 'run-2', hostId: 'host-2', at: RUN.at + 5 })).toBe(true);
      expect(await jobs.get(ID)).toMatchObject({ startedAt: RUN.at, runId: 'run-2', hostId: 'host-2' });
      const result = aResult({ session_id: 'session-1' });
      expect(await jobs.end(ID, { status: 'done', result, error: null, at: START_MS + 20 })).toBe(true);
      expect(await jobs.get(ID)).toMatchObject({ status: 'done', completedAt: START_MS + 20, result });
    });

    test('between two runs a job has none in hand; only its own run can say so (R-AD-114)', async () => {
      const { jobs } = await bench.make();
      await jobs.add(aJob());
      await jobs.start(ID, RUN);
      await jobs.rest(ID, 'run-0');
      expect(await jobs.get(ID)).toMatchObject({ status: 'running', runId: 'run-1' });
      await jobs.rest(ID, 'run-1');
      expect(await jobs.get(ID)).toMatchObject({ status: 'running', runId: null });
    });

    test('what is over stays as it is: no start, no progress, no second end (R-AD-108, R-AD-113)', async () => {
      const { jobs } = await bench.make();
      await jobs.add(aJob());
      expect(await jobs.end(ID, aCancel(START_MS + 1))).toBe(true);
      const before = await jobs.get(ID);
      expect(await jobs.start(ID, RUN)).toBe(false);
      await jobs.progress(ID, ['Using tool: Bash'], START_MS + 5);
      expect(await jobs.end(ID, aGoodEnd(START_MS + 9))).toBe(false);
      expect(await jobs.get(ID)).toEqual(before);
      expect(before).toMatchObject({ status: 'cancelled', error: 'Cancelled before execution' });
      expect(await jobs.start(jobIdOf(9), RUN)).toBe(false);
      expect(await jobs.end(jobIdOf(9), aGoodEnd(START_MS))).toBe(false);
    });

    test('an end may ask where the job stands: cancelled before it began, or while it ran (R-ADX-043)', async () => {
      const { jobs } = await bench.make();
      await jobs.add(aJob());
      expect(await jobs.end(ID, { ...aCancel(START_MS), from: 'running' })).toBe(false);
      await jobs.start(ID, RUN);
      expect(await jobs.end(ID, { ...aCancel(START_MS), from: 'pending' })).toBe(false);
      expect(await jobs.statusOf(ID)).toBe('running');
      expect(await jobs.end(ID, { ...aCancel(START_MS), from: 'running' })).toBe(true);
    });

    test('a job called off keeps session and cost of the run that ended later (R-ADX-001)', async () => {
      const { jobs } = await bench.make();
      await jobs.add(aJob());
      await jobs.noteLate(ID, aResult());
      expect(await jobs.get(ID)).toMatchObject({ status: 'pending', result: null });
      await jobs.start(ID, RUN);
      await jobs.end(ID, aCancel(START_MS + 20));
      await jobs.noteLate(ID, aResult({ cost_usd: 1.5, session_id: 'late' }));
      await jobs.noteLate(ID, aResult({ cost_usd: 9 }));
      expect(await jobs.get(ID)).toMatchObject({
        status: 'cancelled',
        error: 'Cancelled before execution',
        result: { cost_usd: 1.5, session_id: 'late' },
      });
      expect(await jobs.list({ limit: 1 })).toMatchObject([{ status: 'cancelled', costUsd: 1.5 }]);
      await jobs.add(aJob({ n: 2 }));
      await jobs.end(jobIdOf(2), aGoodEnd(START_MS));
      await jobs.noteLate(jobIdOf(2), aResult({ cost_usd: 9 }));
      expect(await jobs.get(jobIdOf(2))).toMatchObject({ result: { cost_usd: 0.25 } });
    });

    test('progress is the latest lines, kept after the end (R-AD-112)', async () => {
      const { jobs } = await bench.make();
      await jobs.add(aJob());
      await jobs.progress(ID, ['too early'], START_MS);
      expect(await jobs.get(ID)).toMatchObject({ progress: [], progressUpdatedAt: null });
      await jobs.start(ID, RUN);
      await jobs.progress(ID, ['one'], START_MS + 1);
      await jobs.progress(ID, ['one', 'two'], START_MS + 2);
      expect(await jobs.list({ limit: 1 })).toMatchObject([{ lastProgress: 'two' }]);
      await jobs.end(ID, aGoodEnd(START_MS + 3));
      expect(await jobs.get(ID)).toMatchObject({
        progress: ['one', 'two'],
        progressUpdatedAt: START_MS + 2,
      });
    });

    test('a result of 10 MB is kept whole and lists do not carry it (R-SYS-009)', async () => {
      const { jobs } = await bench.make();
      await jobs.add(aJob());
      const result = `ä😀"\n${'x'.repeat(10_000_000)}`;
      await jobs.end(ID, {
        status: 'failed',
        result: aResult({ success: false, result }),
        error: result,
        at: 1,
      });
      const kept = await jobs.get(ID);
      expect(kept?.result?.result === result).toBe(true);
      expect(kept?.error === result).toBe(true);
      expect(JSON.stringify(await jobs.list({ limit: 10 })).length).toBeLessThan(2_000);
    });

    test('lists are newest first, by status, by agent and by both (R-AD-109, R-ADX-038)', async () => {
      const { jobs } = await bench.make();
      for (const [n, agent] of ['infra', 'db', 'infra', 'db', 'infra'].entries()) {
        await jobs.add(aJob({ n, agent, createdAt: START_MS + Math.min(n, 3) }));
      }
      await jobs.end(jobIdOf(0), aGoodEnd(START_MS));
      await jobs.end(jobIdOf(3), aGoodEnd(START_MS));
      const ns = async (filter: Parameters<typeof jobs.list>[0]) =>
        (await jobs.list(filter)).map(({ jobId }) => Number.parseInt(jobId, 16));
      expect(await ns({ limit: 10 })).toEqual([4, 3, 2, 1, 0]);
      expect(await ns({ limit: 2 })).toEqual([4, 3]);
      expect(await ns({ status: 'done', limit: 10 })).toEqual([3, 0]);
      expect(await ns({ agent: 'db', limit: 10 })).toEqual([3, 1]);
      expect(await ns({ agent: 'db', status: 'pending', limit: 10 })).toEqual([1]);
      expect(await ns({ agent: 'gone', limit: 10 })).toEqual([]);
      const open = (await jobs.listOpen()).map(({ jobId }) => Number.parseInt(jobId, 16));
      expect(open).toEqual([1, 2, 4]);
    });

    test('open jobs are all listed in the order they came, however many there are (R-AD-114)', async () => {
      const { jobs } = await bench.make();
      const many = Array.from({ length: 2_500 }, (_, n) => aJob({ n, createdAt: START_MS + (n % 3) }));
      await jobs.importJobs(many);
      await jobs.end(jobIdOf(0), aGoodEnd(START_MS));
      await jobs.start(jobIdOf(3), RUN);
      const open = await jobs.listOpen();
      const expected = [0, 1, 2].flatMap((rest) =>
        many.filter(({ createdAt }) => createdAt === START_MS + rest),
      );
      expect(open.map(({ jobId }) => jobId)).toEqual(expected.slice(1).map(({ jobId }) => jobId));
      expect(open[0]).toEqual({
        ...{ jobId: jobIdOf(3), mode: 'async', status: 'running', sessionId: 'session-3', runId: RUN.runId },
        ...{ createdAt: START_MS, startedAt: RUN.at, parentId: null, parentRunId: null },
      });
    });

    test('the parts of a call are all known, the last one too (R-AD-083)', async () => {
      const { jobs } = await bench.make();
      const parts = Array.from({ length: PARALLEL_ITEMS_MAX + 1 }, (_, n) => aJob({ n, parentId: 'many' }));
      await jobs.importJobs(parts);
      const known = await jobs.ofParent('many');
      expect(known.length).toBe(parts.length);
      expect(known.at(-1)).toEqual(parts.at(-1));
    });

    test('a summary tells how it went in few words', async () => {
      const { jobs } = await bench.make();
      await jobs.add(aJob({ task: '😀'.repeat(200), mode: 'sync' }));
      const result = aResult({ success: false, error_type: 'timeout', outcome: 'partial' });
      await jobs.end(ID, { status: 'failed', result, error: 'e'.repeat(2_000), at: START_MS + 7 });
      expect(await jobs.list({ limit: 1 })).toEqual([
        {
          jobId: ID,
          mode: 'sync',
          agent: 'infra',
          status: 'failed',
          task: '😀'.repeat(120),
          createdAt: START_MS,
          startedAt: null,
          completedAt: START_MS + 7,
          sessionId: 'session-1',
          ...{ taskId: null, parentId: null, runId: null, hostId: null },
          success: false,
          costUsd: 0.25,
          error: 'e'.repeat(500),
          errorType: 'timeout',
          outcome: 'partial',
          lastProgress: null,
        },
      ]);
    });

    test('only ended jobs older than the limit are purged; a dry run deletes nothing (R-AD-111, R-ADX-039)', async () => {
      const { jobs } = await bench.make();
      for (let n = 0; n < 260; n++) {
        await jobs.add(aJob({ n, createdAt: START_MS - 1_000 }));
        if (n % 2 === 0) await jobs.end(jobIdOf(n), aGoodEnd(START_MS + n));
      }
      expect(await jobs.purge(START_MS, { dryRun: false })).toEqual([]);
      const would = await jobs.purge(START_MS + 250, { dryRun: true });
      expect(would.map(({ jobId }) => jobId)).toEqual(
        Array.from({ length: 125 }, (_, index) => jobIdOf(index * 2)),
      );
      expect(await jobs.get(jobIdOf(0))).not.toBeNull();
      expect(await jobs.purge(START_MS + 250, { dryRun: false })).toEqual(would);
      expect(await jobs.get(jobIdOf(0))).toBeNull();
      expect(await jobs.get(jobIdOf(250))).not.toBeNull();
      expect((await jobs.purge(Number.MAX_SAFE_INTEGER, { dryRun: false })).length).toBe(5);
      expect((await jobs.listOpen()).length).toBe(130);
    });

    test('jobs of an earlier tool are taken over once, as they are (R-AD-104)', async () => {
      const { jobs } = await bench.make();
      const old = aJob({ status: 'done', completedAt: START_MS + 1, result: aResult(), progress: ['done'] });
      expect(await jobs.isImported('/folder')).toBe(false);
      expect(await jobs.importJobs([old, aJob({ n: 2 })])).toBe(2);
      expect(await jobs.importJobs([{ ...old, status: 'failed' }])).toBe(0);
      expect(await jobs.get(ID)).toEqual(old);
      await jobs.finishImport('/folder');
      expect(await jobs.isImported('/folder')).toBe(true);
      expect(await jobs.isImported('/other')).toBe(false);
    });
  });

  describe(`${name}: conversations`, () => {
    test('a conversation is known with its agent, turns and cost (R-AD-077)', async () => {
      const { jobs } = await bench.make();
      expect(await jobs.session('s')).toBeNull();
      await jobs.touchSession({ sessionId: 's', agent: 'infra', at: 1, costMicroUsd: 10 });
      await jobs.touchSession({ sessionId: 't', agent: 'db', at: 2, costMicroUsd: 1 });
      await jobs.touchSession({ sessionId: 's', agent: 'db', at: 3, costMicroUsd: 5 });
      const s = { sessionId: 's', agent: 'infra', createdAt: 1, lastUsedAt: 3, turns: 2, costMicroUsd: 15 };
      expect(await jobs.session('s')).toEqual(s);
      expect((await jobs.listSessions(10)).map(({ sessionId }) => sessionId)).toEqual(['s', 't']);
    });

    test('the end of a turn and the conversation are one write (R-AD-077)', async () => {
      const { jobs } = await bench.make();
      await jobs.add(aJob());
      const turn = { sessionId: 's', costMicroUsd: 10 };
      expect(await jobs.end(ID, { ...aGoodEnd(START_MS), turn })).toBe(true);
      expect(await jobs.end(ID, { ...aGoodEnd(START_MS), turn })).toBe(false);
      expect(await jobs.session('s')).toMatchObject({ agent: 'infra', turns: 1, costMicroUsd: 10 });
    });

    test('an open job of a conversation is found, the run of a job too (R-AD-031)', async () => {
      const { jobs } = await bench.make();
      await jobs.add(aJob({ sessionId: 's', chain: ['db', 'infra'] }));
      expect(await jobs.openJobOfSession('s', jobIdOf(2))).toBe(ID);
      expect(await jobs.openJobOfSession('s', ID)).toBeNull();
      await jobs.start(ID, RUN);
      expect(await jobs.jobOfRun('run-1')).toEqual({
        jobId: ID,
        sessionId: 's',
        chain: ['db', 'infra'],
        request: aJob().request,
      });
      expect(await jobs.jobOfRun('run-2')).toBeNull();
      await jobs.end(ID, aGoodEnd(START_MS));
      expect(await jobs.openJobOfSession('s', jobIdOf(2))).toBeNull();
      await jobs.add(aJob({ n: 3, sessionId: 's', mode: 'session' }));
      expect(await jobs.openJobOfSession('s', jobIdOf(2))).toBeNull();
      await jobs.start(jobIdOf(3), { ...RUN, runId: 'run-3' });
      expect(await jobs.openJobOfSession('s', jobIdOf(2))).toBe(jobIdOf(3));
      expect(await jobs.openJobOfSession('s', jobIdOf(3))).toBeNull();
    });
  });
}
