import { expect, test } from 'vitest';
import type { NewQuestion } from '../../src/core/ports/questions.ts';
import type { StoreBench } from './store-bench.ts';

const asked = (over: Partial<NewQuestion> = {}): NewQuestion => ({
  ...{ taskId: '1', jobId: null, runId: 'run-1', agent: 'engineer', question: 'Which colour?' },
  ...{ choices: ['red', 'blue'], defaultAnswer: 'red', askedOf: 'ann', ...over },
});

/** The promises every store keeps about questions (R-SYS-026). */
export function questionsContract(name: string, bench: StoreBench): void {
  test(`${name}: a question is kept, listed and answered once (R-SYS-026)`, async () => {
    const { questions } = await bench.make();
    const kept = await questions.ask(asked());
    expect(kept).toMatchObject({ questionId: 'q1', subject: '1', status: 'open', choices: ['red', 'blue'] });
    expect(await questions.list({ status: 'open', limit: 9 })).toEqual([kept]);
    const answered = await questions.answer('q1', { text: 'blue', by: 'bob', at: 5 });
    expect(answered).toMatchObject({ status: 'answered', answer: 'blue', answeredBy: 'bob', answeredAt: 5 });
    expect(await questions.answer('q1', { text: 'red', by: 'eve', at: 6 })).toBeNull();
    expect(await questions.get('q1')).toEqual(answered);
    expect(await questions.list({ status: 'open', limit: 9 })).toEqual([]);
    expect(await questions.pending('1')).toEqual([answered]);
  });

  test(`${name}: the same words asked again are the same question, until the work is settled (R-SYS-026)`, async () => {
    const { questions } = await bench.make();
    await questions.ask(asked());
    await questions.answer('q1', { text: 'blue', by: 'bob', at: 5 });
    expect(await questions.ask(asked({ runId: 'run-2' }))).toMatchObject({
      ...{ questionId: 'q1', runId: 'run-1', status: 'answered', answer: 'blue' },
    });
    await questions.ask(asked({ question: 'How big?' }));
    await questions.close('1');
    expect(await questions.pending('1')).toEqual([]);
    expect(await questions.get('q1')).toMatchObject({ status: 'answered' });
    expect(await questions.get('q2')).toMatchObject({ status: 'withdrawn' });
    expect(await questions.ask(asked({ runId: 'run-3' }))).toMatchObject({
      questionId: 'q3',
      status: 'open',
    });
  });

  test(`${name}: a flood of questions of one task is refused (R-SYS-026)`, async () => {
    const { questions } = await bench.make();
    for (let n = 1; n <= 10; n++) expect(await questions.ask(asked({ question: `no. ${n}` }))).not.toBeNull();
    expect(await questions.ask(asked({ question: 'one more' }))).toBeNull();
    expect(await questions.ask(asked({ taskId: '2' }))).toMatchObject({ questionId: 'q11' });
  });

  test(`${name}: reminders are noted once, the first run that was told stays`, async () => {
    const { questions } = await bench.make();
    await questions.ask(asked({ taskId: null, jobId: 'job' }));
    expect(await questions.noteReminder('q1', 0)).toBe(true);
    expect(await questions.noteReminder('q1', 0)).toBe(false);
    await questions.noteTold(['q1'], 'run-2');
    await questions.noteTold(['q1'], 'run-3');
    await questions.passOn(['q1']);
    expect(await questions.get('q1')).toMatchObject({
      ...{ subject: 'job', reminders: 1, toldRunId: 'run-2', status: 'passed-on' },
    });
    expect(await questions.pending('job')).toEqual([]);
  });
}
