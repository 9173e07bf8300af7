import { AppError } from '../core/errors.ts';
import type { PromptFunction } from '../core/ports/route-table.ts';
import type { CodeAgents } from './code-agents.ts';
import { isCodeAgent } from './code-agents.ts';
import type { PromptHandler, RouteOptions } from './options.ts';
import { snakeOptions } from './spelling.ts';

/** The routes registered in code, in order. */
export interface RouteBook {
  readonly routes: readonly Readonly<Record<string, unknown>>[];
  readonly promptFunctions: ReadonlyMap<string, PromptFunction>;
  add(options: RouteOptions, handler: PromptHandler | undefined): void;
  /** Takes back the last one. */
  dropLast(): void;
}

/** Keeps routes as they were written, with adapters replaced by their names. */
export function createRouteBook(agents: CodeAgents): RouteBook {
  const routes: Readonly<Record<string, unknown>>[] = [];
  const promptFunctions = new Map<string, PromptFunction>();
  return {
    routes,
    promptFunctions,
    add(options, handler) {
      const route = snakeOptions('route', options);
      const queueName = queueNameOf(route);
      if (routes.some((known) => known.queue_name === queueName)) throw duplicate(queueName);
      if (handler !== undefined && typeof handler !== 'function') {
        throw new AppError('invalid-input', `route "${queueName}": the second argument must be a function`, {
          hint: `dispatcher.route({ queue_name: ${JSON.stringify(queueName)} }, (task_id, task_name) => \`…\`)`,
        });
      }
      if (handler !== undefined && route.prompt_template !== undefined && route.prompt_template !== null) {
        throw new AppError(
          'invalid-input',
          `route "${queueName}": prompt_template and a function exclude each other`,
        );
      }
      const { agent } = route;
      const isOurs =
        agent !== undefined && agent !== null && isCodeAgent(`route "${queueName}": agent`, agent);
      routes.push({ ...route, queue_name: queueName, ...(isOurs ? { agent: agents.nameOf(agent) } : {}) });
      if (handler !== undefined) promptFunctions.set(queueName, handler as PromptFunction);
    },
    dropLast() {
      const last = routes.pop();
      promptFunctions.delete(String(last?.queue_name));
    },
  };
}

function queueNameOf({ queue_name: name }: Readonly<Record<string, unknown>>): string {
  if (typeof name === 'string' && name.trim() !== '') return name;
  throw new AppError('invalid-input', 'route: queue_name is missing: which queue does it take tasks from?', {
    hint: "dispatcher.route({ queue_name: 'Todo' }, (task_id, task_name) => `…`)",
    details: { field: 'queue_name' },
  });
}

function duplicate(queueName: string): AppError {
  return new AppError('already-exists', `queue "${queueName}" already has a route`, {
    hint: 'one queue, one route: change the first one, or let the second one watch another queue',
    details: { queueName },
  });
}
