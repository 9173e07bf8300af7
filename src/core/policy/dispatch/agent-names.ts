import { AppError } from '../../errors.ts';
import { nameProblem } from '../agent-rules.ts';
import { quoted } from './texts.ts';

const KNOWN_MODES = ['bypassPermissions', 'default', 'plan'];
/** Modes that the CLI has learned since; they are not listed, but no reason to warn. */
const NEWER_MODES = ['acceptEdits', 'auto', 'dontAsk', 'manual'];

/** Throws `invalid-input` for a name that is none; `kind` words the error (R-AD-018, R-ADX-005, R-ADX-048). */
export function checkAgentName(name: string, kind: 'agent' | 'group' = 'agent'): void {
  const problem = nameProblem(name, kind);
  if (problem !== null) throw new AppError('invalid-input', problem, { details: { field: 'name' } });
}

/** What to say about a permission mode nobody knows; null = it is known (R-AD-017). */
export function permissionModeWarning(mode: string | null | undefined): string | null {
  if (!mode || KNOWN_MODES.includes(mode) || NEWER_MODES.includes(mode)) return null;
  return `Unknown permission_mode: ${quoted(mode)}. Known values: ${KNOWN_MODES.join(', ')}`;
}
