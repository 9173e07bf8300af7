import type { Client } from '@temporalio/client';
import type { TemporalControlConfig } from './api/temporal-control.ts';
import type { Control } from './core/ports/control.ts';
import type { DispatchControl } from './core/ports/dispatch-control.ts';

/** The control, loaded at its first use: a command that only reads never loads Temporal. */
export function createLazyControl(config: TemporalControlConfig): Control {
  let loading: Promise<Control> | null = null;
  const control = (): Promise<Control> => {
    loading ??= import('./api/temporal-control.ts').then(({ createTemporalControl }) =>
      createTemporalControl(config),
    );
    return loading;
  };
  return {
    command: async (command, caller, key) => (await control()).command(command, caller, key),
    arm: async (request, caller) => (await control()).arm(request, caller),
    disarm: async (caller) => (await control()).disarm(caller),
    pause: async (pause, caller) => (await control()).pause(pause, caller),
    unpause: async (target, caller) => (await control()).unpause(target, caller),
    setBudget: async (cap, caller) => (await control()).setBudget(cap, caller),
    governor: async () => (await control()).governor(),
    cancelTask: async (taskId, request, caller) => (await control()).cancelTask(taskId, request, caller),
    tellAnswered: async (asker) => (await control()).tellAnswered(asker),
    retryTask: async (taskId, caller, to) => (await control()).retryTask(taskId, caller, to),
    startDue: async (taskId) => (await control()).startDue(taskId),
    forgetHost: async (hostId, caller) => (await control()).forgetHost(hostId, caller),
    ping: async () => (await control()).ping(),
  };
}

/** The same for dispatches; a server that does not answer is told as such. */
export function createLazyDispatchControl(
  client: () => Promise<Client>,
  project: string,
  address: string,
): DispatchControl {
  let loading: Promise<DispatchControl> | null = null;
  const load = async () => {
    const { createDispatchControl } = await import('./adapters/temporal/dispatch-control.ts');
    return createDispatchControl(await client(), project);
  };
  async function control(): Promise<DispatchControl> {
    loading ??= load();
    try {
      return await loading;
    } catch (error) {
      loading = null;
      throw error;
    }
  }
  const guarded = async <T>(call: (on: DispatchControl) => Promise<T>): Promise<T> => {
    const { guardServer } = await import('./api/server-errors.ts');
    return guardServer(address, async () => call(await control()));
  };
  return {
    start: (job, how) => guarded((on) => on.start(job, how)),
    startTurn: (job) => guarded((on) => on.startTurn(job)),
    startDialogue: (dialogue) => guarded((on) => on.startDialogue(dialogue)),
    startParallel: (parallel) => guarded((on) => on.startParallel(parallel)),
    isPlanOpen: (kind, id) => guarded((on) => on.isPlanOpen(kind, id)),
    cancel: (jobId, cancel) => guarded((on) => on.cancel(jobId, cancel)),
    isCarriedOn: (job) => guarded((on) => on.isCarriedOn(job)),
    takeUp: (job) => guarded((on) => on.takeUp(job)),
  };
}
