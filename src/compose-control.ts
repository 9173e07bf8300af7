import type { TemporalControlConfig } from './api/temporal-control.ts';
import type { Control } from './core/ports/control.ts';

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
    governor: async () => (await control()).governor(),
    cancelTask: async (taskId, request, caller) => (await control()).cancelTask(taskId, request, caller),
    retryTask: async (taskId, caller) => (await control()).retryTask(taskId, caller),
    startDue: async (taskId) => (await control()).startDue(taskId),
    forgetHost: async (hostId, caller) => (await control()).forgetHost(hostId, caller),
    ping: async () => (await control()).ping(),
  };
}
