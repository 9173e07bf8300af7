/** Modes that allow more than the list: they edit or run without asking. */
const GENEROUS = new Set(['acceptEdits', 'bypassPermissions', 'auto']);

/**
 * The permission mode in which an allow-list holds. Whole tools are made unavailable, so any mode will do; a part of one
 * (`Bash(git:*)`) and the tools of MCP servers are only held back by a mode that denies what is not on the list.
 */
export function modeFor(mode: string, allowedTools: readonly string[]): string {
  const parts = allowedTools.some((tool) => tool.includes('(') || tool.startsWith('mcp__'));
  return parts && GENEROUS.has(mode) ? 'dontAsk' : mode;
}
