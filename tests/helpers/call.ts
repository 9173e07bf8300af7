import type { CallContext } from '../../src/api/operation.ts';
import { operations } from '../../src/api/operations/index.ts';
import { runOperation } from '../../src/api/run-operation.ts';
import type { Project } from '../../src/compose.ts';

/** Calls an operation the way a surface does; answers what it answers. */
export async function call(
  project: Project,
  name: string,
  input: Readonly<Record<string, unknown>>,
  context: Partial<CallContext> = {},
): Promise<Record<string, unknown>> {
  const operation = operations.find((one) => one.name === name);
  if (operation === undefined) throw new Error(`no operation ${name}`);
  const caller = { channel: 'mcp', actor: 'test' } as const;
  const whole = { ...project.context, caller, idempotencyKey: null, boundTaskId: null, ...context };
  return (await runOperation(operation, whole, input)) as Record<string, unknown>;
}
