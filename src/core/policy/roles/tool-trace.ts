/** Tools that write the file they name (R-PROD-040). */
export const WRITING: ReadonlySet<string> = new Set(['Write', 'Edit', 'MultiEdit', 'NotebookEdit']);
const CALLS_MAX = 1_000;
const FILES_MAX = 500;

type Data = Readonly<Record<string, unknown>>;

/** The tools an agent used, as its events told. */
export interface ToolTrace {
  event(type: string, data: Data): void;
  /** In order; bounded. */
  calls(): readonly { readonly name: string }[];
  /** Files that were really written, each once; a call that was refused or failed wrote none. */
  files(): readonly string[];
}

/** Follows the events of one run. */
export function createToolTrace(): ToolTrace {
  const calls: { name: string }[] = [];
  const files = new Map<string, string>();
  const failed = new Set<string>();
  return {
    event(type, { tool, file, toolUseId, isError }) {
      if (type === 'tool_result' && isError === true && typeof toolUseId === 'string') failed.add(toolUseId);
      if (type !== 'tool_use' || typeof tool !== 'string') return;
      if (calls.length < CALLS_MAX) calls.push({ name: tool });
      if (!WRITING.has(tool) || typeof file !== 'string' || files.size >= FILES_MAX) return;
      files.set(typeof toolUseId === 'string' ? toolUseId : `#${files.size}`, file);
    },
    calls: () => calls,
    files: () => [
      ...new Set([...files].filter(([toolUseId]) => !failed.has(toolUseId)).map(([, file]) => file)),
    ],
  };
}
