import { DENIED_TOOL_CHARS_MAX, DENIED_TOOLS_MAX } from './limits.ts';
import { cutCharacters } from './texts.ts';

/** Names of refused tools: each once, in order, bounded in number and length (R-AD-051). */
export function deniedTools(names: readonly string[]): readonly string[] {
  const cut = names.map((name) => cutCharacters(name === '' ? 'unknown' : name, DENIED_TOOL_CHARS_MAX));
  return [...new Set(cut)].slice(0, DENIED_TOOLS_MAX);
}

/** What a caller reads about refused tools of a run that went well otherwise (R-AD-052). */
export function deniedToolsHint(agent: string, denied: readonly string[]): string {
  const names = denied.join(', ');
  const grant = `update_agent(name='${agent}', allowed_tools='${denied.join(',')}')`;
  return (
    `${denied.length} tool call(s) were denied by permissions: ${names}. The answer may lack what they would have ` +
    `brought. Grant them with ${grant} or agent-dispatch update ${agent} --allowed-tools ${denied.join(',')}, ` +
    "or widen the agent with permission_mode='bypassPermissions'; then dispatch again."
  );
}
