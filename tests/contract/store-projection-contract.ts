import { describe, expect, test } from 'vitest';
import { RunEvent } from '../../src/core/schema/run-event.ts';
import { RunRecord } from '../../src/core/schema/run-record.ts';
import { DAY_MS, type StoreBench } from './store-bench.ts';
import { anEvent, aRun } from './store-builders.ts';

/** The promises of a store's projection. */
export function projectionContract(name: string, bench: StoreBench): void {
  describe(`${name}: runs`, () => {
    test('a run comes back as it was put (R-ART-051, R-SYS-025)', async () => {
      const { projection } = await bench.make();
      const run = aRun({
        prompt: 'do it '.repeat(50_000),
        argv: ['claude', '-p', "it's"],
        timeoutSeconds: 0.5,
      });
      await projection.putRun(run);
      await projection.putRun(run);
      expect(RunRecord.parse(await projection.getRun(run.runId))).toEqual(run);
      expect(await projection.getRun('none')).toBeNull();
    });

    test('a patch changes the fields it names; one for an unknown run is passed over', async () => {
      const { projection } = await bench.make();
      const run = aRun();
      await projection.putRun(run);
      const patch = {
        status: 'finished',
        outcome: 'failed',
        exitCode: 3,
        envKeys: ['A'],
        prompt: 'new',
      } as const;
      await projection.patchRun(run.runId, { ...patch, envKeys: ['A'] });
      await projection.patchRun(run.runId, {});
      await projection.patchRun('none', { status: 'finished' });
      expect(await projection.getRun(run.runId)).toEqual({ ...run, ...patch });
    });

    test('lists narrow by task and status, newest first, with short prompts', async () => {
      const { projection } = await bench.make();
      for (const [runId, taskId, status] of [
        ['a', '1', 'finished'],
        ['b', '2', 'running'],
        ['c', '1', 'running'],
      ] as const) {
        bench.pass(1);
        await projection.putRun(
          aRun({ runId, taskId, status, startedAt: bench.now(), prompt: 'x'.repeat(100_000) }),
        );
      }
      const ids = async (filter: object) =>
        (await projection.listRuns({ limit: 10, ...filter })).map(({ runId }) => runId);
      expect(await ids({})).toEqual(['c', 'b', 'a']);
      expect(await ids({ taskId: '1' })).toEqual(['c', 'a']);
      expect(await ids({ status: 'running' })).toEqual(['c', 'b']);
      expect(await ids({ taskId: '1', status: 'finished', limit: 1 })).toEqual(['a']);
      expect((await projection.listRuns({ limit: 1 }))[0]?.prompt.length).toBeLessThan(10_000);
    });

    test('tools that runs were refused are counted by agent, within a span of time (R-PROD-075)', async () => {
      const { projection } = await bench.make();
      const ended = async (runId: string, fields: object, denied?: string[]) => {
        await projection.putRun(
          aRun({ runId, status: 'finished', outcome: 'failed', endedAt: 100, ...fields }),
        );
        await projection.putRunAnswer(runId, {
          ...{ text: '"deniedTools"', turns: null, model: null, outputRefs: [], toolCalls: [] },
          ...{ authMode: null, configIsolation: null, systemPrompt: null, tools: null },
          ...(denied === undefined ? {} : { deniedTools: denied }),
        });
      };
      await ended('a', { agent: 'role:code' }, ['Bash', 'Edit']);
      await ended('b', { agent: 'role:code', outcome: 'success' }, ['Bash']);
      await ended('c', { agent: 'qa' }, ['Bash']);
      await ended('early', { endedAt: 99 }, ['Bash']);
      await ended('late', { endedAt: 200 }, ['Bash']);
      await ended('kept before this was noted', {});
      expect(await projection.deniedTools({ from: 100, to: 200 })).toEqual([
        { agent: 'role:code', tool: 'Bash', runs: 2 },
        { agent: 'qa', tool: 'Bash', runs: 1 },
        { agent: 'role:code', tool: 'Edit', runs: 1 },
      ]);
    });
  });

  describe(`${name}: events`, () => {
    test('events are numbered in order and read back (R-ART-087, R-ART-093, R-SYS-024)', async () => {
      const { projection } = await bench.make();
      expect(await projection.lastEventSeq()).toBe(0);
      const batch = [anEvent({ data: { text: 'ü' } }), anEvent({ task_id: '2', run_id: null })];
      const first = await projection.appendEvents(batch);
      const second = await projection.appendEvents([
        anEvent({ type: 'end', ts: '2026-01-01T00:00:00.000Z' }),
      ]);
      expect(await projection.appendEvents([])).toEqual([]);
      const all = [...first, ...second].map((event) => RunEvent.parse(event));
      expect(all.map(({ seq }) => seq)).toEqual([1, 2, 3]);
      expect(await projection.lastEventSeq()).toBe(3);
      const seqs = async (filter: object) =>
        (await projection.listEvents({ afterSeq: 0, limit: 100, ...filter })).map(({ seq }) => seq);
      expect(await projection.listEvents({ afterSeq: 0, limit: 10 })).toEqual(all);
      expect(await seqs({ taskId: '1' })).toEqual([1, 3]);
      expect(await seqs({ runId: 'run-1' })).toEqual([1, 3]);
      expect(await seqs({ taskId: '2', runId: 'run-1' })).toEqual([]);
      expect(await seqs({ afterSeq: 1, limit: 1 })).toEqual([2]);
    });

    test('pruning takes old finished runs and old events; numbers go on rising', async () => {
      const { projection } = await bench.make();
      await projection.putRun(aRun({ runId: 'old', status: 'finished', startedAt: bench.now() }));
      await projection.putRun(aRun({ runId: 'long', status: 'running', startedAt: bench.now() }));
      for (let batch = 0; batch < 6; batch++) await projection.appendEvents(Array(200).fill(anEvent()));
      bench.pass(DAY_MS);
      await projection.appendEvents([anEvent()]);
      expect(await projection.prune({ runsMs: bench.now(), eventsMs: bench.now() })).toBe(1_201);
      expect(await projection.getRun('old')).toBeNull();
      expect(await projection.getRun('long')).not.toBeNull();
      expect((await projection.listEvents({ afterSeq: 0, limit: 10 })).map(({ seq }) => seq)).toEqual([
        1_201,
      ]);
      expect(await projection.prune({ runsMs: bench.now(), eventsMs: bench.now() + 1 })).toBe(1);
      expect((await projection.appendEvents([anEvent()]))[0]?.seq).toBe(1_202);
    });
  });
}
