import { expect, onTestFinished, test } from 'vitest';
import { lookAtQuestions } from '../../src/activities/look-at-questions.ts';
import type { ActivityPorts } from '../../src/activities/ports.ts';
import { createNotices } from '../../src/adapters/notify/notices.ts';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import type { QuestionSettings } from '../../src/core/schema/question.ts';
import { aJob } from './job-builders.ts';

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A job that has asked; whoever looks dies at the first notice, when told so. */
async function aQuestion(settings: QuestionSettings, { dies }: { readonly dies: boolean }) {
  const store = await createSqliteStore({ dir: null, project: 'shop' });
  onTestFinished(() => store.close());
  const job = aJob({ mode: 'async' });
  await store.jobs.add(job);
  const { jobId } = job;
  await store.questions.ask({
    ...{ taskId: null, jobId, runId: 'run-1', agent: 'engineer', question: 'Which colour?' },
    ...{ choices: [], defaultAnswer: 'red', askedOf: null },
  });
  const kept = createNotices({ box: store.notices, log, secrets: [] });
  let dying = dies;
  const die = () => {
    if (!dying) return;
    dying = false;
    throw new Error('killed');
  };
  const notices: typeof kept = {
    ...kept,
    async raise(notice) {
      die();
      return kept.raise(notice);
    },
    async resolve(key) {
      die();
      return kept.resolve(key);
    },
  };
  const ports = { store, notices, log, settings: () => ({ questions: settings }) };
  const look = () =>
    lookAtQuestions(ports as unknown as ActivityPorts, { subject: jobId, place: null }).catch(() => null);
  const trail = async () => (await store.records.listAudit(9)).map(({ action }) => action);
  return { store, look, trail };
}

test.each([false, true])(
  'the next person is told of a question once, also when who tells is killed: %s (R-SYS-026)',
  async (dies) => {
    const settings = { remindAfterSeconds: 0, escalateTo: ['bob'], defaultAfterSeconds: null };
    const { store, look, trail } = await aQuestion(settings, { dies });
    await look();
    await look();
    await look();
    expect(await store.notices.list({ limit: 9 })).toMatchObject([
      { subject: expect.stringContaining('Still unanswered: engineer asks bob') },
    ]);
    expect((await trail()).filter((action) => action === 'question-reminder')).toHaveLength(1);
  },
);

test.each([false, true])(
  'the default that is taken stands in the trail, also when who takes it is killed: %s (R-SYS-026)',
  async (dies) => {
    const settings = { remindAfterSeconds: null, escalateTo: [], defaultAfterSeconds: 0 };
    const { look, trail } = await aQuestion(settings, { dies });
    await look();
    expect(await look()).toEqual({ kind: 'answered' });
    expect((await trail()).filter((action) => action === 'question-default')).toHaveLength(1);
  },
);
