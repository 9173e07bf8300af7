import type { Tool } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Operation } from '../operation.ts';
import { operations } from '../operations/index.ts';

/** An operation that is a tool. */
export type ToolOperation = Operation & { readonly mcp: NonNullable<Operation['mcp']> };

/** Who looks at the list. */
export interface ToolViewer {
  /** Show what is for those who work on a task, too. */
  readonly taskTools: boolean;
  /** An agent's own token: only what agents may do (R-SYS-029). */
  readonly bound: boolean;
}

/** Clients that hold back schemas until a search would never find the tools by themselves. */
const ALWAYS_LOADED = { 'anthropic/alwaysLoad': true };

const isTool = (operation: Operation): operation is ToolOperation => operation.mcp !== undefined;

/** The tools of this viewer by name, in the order of the operations table. */
export function toolsFor({ taskTools, bound }: ToolViewer): ReadonlyMap<string, ToolOperation> {
  const shown = operations
    .filter(isTool)
    .filter(({ mcp }) => taskTools || mcp.forTasks !== true)
    .filter(({ forAgents }) => !bound || forAgents === true);
  return new Map(shown.map((operation) => [operation.mcp.tool, operation]));
}

/** The parameters of a tool. */
export const parametersOf = ({ mcp, input }: ToolOperation): z.ZodObject => mcp.input ?? input;

const made = new Map<ToolOperation, Tool>();

/** A tool as `tools/list` shows it; made once. */
export function describeTool(operation: ToolOperation): Tool {
  const known = made.get(operation);
  if (known !== undefined) return known;
  const { mcp, summary } = operation;
  const inputSchema = schemaOf(parametersOf(operation));
  const tool: Tool = {
    name: mcp.tool,
    description: mcp.description ?? `${summary}.`,
    inputSchema,
    ...(mcp.annotations === undefined ? {} : { annotations: mcp.annotations }),
    _meta: ALWAYS_LOADED,
  };
  made.set(operation, tool);
  return tool;
}

/** The JSON Schema of parameters: descriptions and defaults in, nothing that a strict client would trip over. */
export function schemaOf(parameters: z.ZodObject): Tool['inputSchema'] {
  const { $schema: _, ...schema } = z.toJSONSchema(parameters, { io: 'input', unrepresentable: 'any' });
  return { ...schema, type: 'object' } as Tool['inputSchema'];
}
