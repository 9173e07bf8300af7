import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process of the bench that answers calls; every measured part lives in one, as it would in real use. */
export interface Child {
  readonly pid: number;
  call<Answer>(name: string, input?: unknown): Promise<Answer>;
  /** Asks it to end in order and waits for it. */
  stop(): Promise<void>;
}

const STOP_MS_MAX = 20_000;

type Reply = { readonly id: number; readonly answer?: unknown; readonly error?: string };

/** Starts `bench/children/<name>.ts` with one JSON argument; resolves when it says that it is ready. */
export async function startChild(name: string, input: unknown): Promise<Child> {
  const path = fileURLToPath(new URL(`../children/${name}.ts`, import.meta.url));
  const child = fork(path, [JSON.stringify(input)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  const call = callsOf(child);
  await call('ready');
  return {
    pid: child.pid ?? 0,
    call,
    async stop() {
      process.off('exit', killNow);
      const gone = new Promise((resolve) => child.once('exit', resolve));
      const late = setTimeout(() => {
        process.stderr.write(`bench: ${name} did not stop in ${STOP_MS_MAX} ms and was killed\n`);
        child.kill('SIGKILL');
      }, STOP_MS_MAX);
      await call('stop').catch(() => undefined);
      if (child.connected) child.disconnect();
      await gone;
      clearTimeout(late);
    },
  };
}

function callsOf(child: ChildProcess): Child['call'] {
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let last = 0;
  child.on('message', ({ id, answer, error }: Reply) => {
    const waiting = open.get(id);
    open.delete(id);
    if (error === undefined) waiting?.resolve(answer);
    else waiting?.reject(new Error(error));
  });
  child.once('exit', (code, signal) => {
    for (const { reject } of open.values())
      reject(new Error(`a child of the bench ended: ${code ?? signal}`));
  });
  return <Answer>(name: string, input?: unknown) =>
    new Promise<Answer>((resolve, reject) => {
      last += 1;
      open.set(last, { resolve: resolve as (value: unknown) => void, reject });
      child.send({ id: last, name, input });
    });
}
