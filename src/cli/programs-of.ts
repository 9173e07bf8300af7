import type { Command } from 'commander';
import type { Runtime } from './cli.ts';

/** Makes the command lines of all executables, when somebody asks what there is to call. */
export const programsOf = (io: Runtime['io']) => async (): Promise<readonly Command[]> => {
  const runtime: Runtime = { io, exitCode: 0 };
  const [{ buildProgram }, { producerProgram }, { agentDispatchProgram }] = await Promise.all([
    import('./program.ts'),
    import('./producer/program.ts'),
    import('./agent-dispatch/run.ts'),
  ]);
  return [await buildProgram(runtime, []), producerProgram(runtime), agentDispatchProgram(runtime)];
};
