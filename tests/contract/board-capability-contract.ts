/* The part of the conformance kit that tests what a board may do beside the eleven methods. */
import { expect, test } from 'vitest';
import type { Board } from '../../src/core/ports/board.ts';

/** The code of the error a promise ends with. */
export const codeOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: { code?: unknown }) => error.code,
  );

/** Puts tasks of these names into Todo and answers their ids. */
export async function addTasks(board: Board, ...names: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) ids.push((await board.createTask('Todo', name, `about ${name}`)).id);
  return ids;
}

/** Compare-and-set pick-up. */
export function claimTests(get: () => Board): void {
  const claim = async (id: string, token: string, assignee?: string): Promise<boolean | undefined> =>
    get().claim?.(id, {
      from: 'Todo',
      to: 'In Progress',
      token,
      ...(assignee === undefined ? {} : { assignee }),
    });

  test('of many claims of one task exactly one succeeds (R-ART-031)', async ({ skip }) => {
    if (get().claim === undefined) skip();
    const [id] = await addTasks(get(), 'a');
    const tokens = Array.from({ length: 10 }, (_, index) => `token ${index}`);
    const won = await Promise.all(tokens.map((token) => claim(id!, token)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await get().getTask(id!)).queueName).toBe('In Progress');
  });

  test('the same token claims again, another or a moved task does not (R-ART-031)', async ({ skip }) => {
    if (get().claim === undefined) skip();
    const [id] = await addTasks(get(), 'a');
    expect(await claim(id!, 't1')).toBe(true);
    expect(await claim(id!, 't1')).toBe(true);
    expect(await claim(id!, 't2')).toBe(false);
    await get().moveTask(id!, 'Done');
    expect(await claim(id!, 't1')).toBe(false);
    await get().moveTask(id!, 'Todo');
    expect(await claim(id!, 't2')).toBe(true);
    expect(await claim(id!, 't1')).toBe(false);
    expect((await get().getTask(id!)).claimToken).toBe('t2');
  });

  test('a claim adds the assignee once and keeps the others (R-ART-032)', async ({ skip }) => {
    if (get().claim === undefined) skip();
    const { id } = await get().createTask('Todo', 'a', '', { assignees: ['ann'] });
    await claim(id, 't1', 'bot');
    await claim(id, 't1', 'bot');
    await get().moveTask(id, 'Todo');
    await claim(id, 't2', 'bot');
    expect((await get().getTask(id)).assignees).toEqual(['ann', 'bot']);
  });

  test('a claim of what is not there is an error', async ({ skip }) => {
    if (get().claim === undefined) skip();
    const [id] = await addTasks(get(), 'a');
    expect(await codeOf(claim('no such task', 't') as Promise<unknown>)).toBe('task-not-found');
    const nowhere = { from: 'Todo', to: 'Nowhere', token: 't' };
    expect(await codeOf(get().claim!(id!, nowhere))).toBe('queue-not-found');
    expect((await get().getTask(id!)).queueName).toBe('Todo');
  });
}

/** Conditional moves. */
export function moveFromTests(get: () => Board): void {
  test('a conditional move happens only from where the caller saw the task', async ({ skip }) => {
    if (get().moveFrom === undefined) skip();
    const [id] = await addTasks(get(), 'a');
    expect(await get().moveFrom!(id!, 'Done', 'In Progress')).toBe(false);
    expect(await get().moveFrom!(id!, 'Todo', 'Done')).toBe(true);
    expect((await get().getTask(id!)).queueName).toBe('Done');
    expect(await codeOf(get().moveFrom!(id!, 'Done', 'Nowhere'))).toBe('queue-not-found');
  });
}

/** Shadows and watching. */
export function otherTests(get: () => Board): void {
  test('a shadow changes nothing a person wrote', async ({ skip }) => {
    if (get().showShadow === undefined) skip();
    const [id] = await addTasks(get(), 'a');
    const before = await get().getTask(id!);
    await get().showShadow!(id!, { retry_count: 2, state: 'waiting' });
    await get().showShadow!(id!, { state: 'running' });
    expect(await get().getTask(id!)).toEqual(before);
  });

  test('a watcher hears of a change, and no more after it was stopped (R-ART-115)', async ({ skip }) => {
    if (get().watch === undefined) skip();
    let late = 0;
    get().watch!(() => {
      late += 1;
    })();
    await new Promise<void>((resolve, reject) => {
      const stop = get().watch!(() => {
        stop();
        resolve();
      });
      addTasks(get(), 'a').catch(reject);
    });
    expect(late).toBe(0);
  });
}
