import type { Escalation } from '../../ports/escalations.ts';
import { OTHER_AGENTS_SHOWN_MAX } from './limits.ts';

/** The commands that resolve an escalation, ready to be typed; each exists and parses (R-SYS-039). */
export function escalationCommands({
  taskId,
  otherAgents,
}: Pick<Escalation, 'taskId' | 'otherAgents'>): readonly string[] {
  const on = (verb: string, ...options: readonly string[]): string => command(verb, taskId, options);
  return [
    on('show'),
    on('requeue', '--note', '"What to do otherwise"'),
    on('kill', '--reason', '"Why"'),
    ...otherAgents
      .slice(0, OTHER_AGENTS_SHOWN_MAX)
      .map((agent) => on('reroute', '--agent', word(agent), '--note', '"Why"')),
  ];
}

/** An id that begins with a dash stands last, where it is read as no option. */
function command(verb: string, taskId: string, options: readonly string[]): string {
  const id = word(taskId);
  const words = taskId.startsWith('-') ? [...options, '--', id] : [id, ...options];
  return ['dispatch task', verb, ...words].join(' ');
}

/** A word of a shell's command line. */
function word(text: string): string {
  const clean = text.replaceAll(/[\p{Cc}]/gu, ' ');
  return /^[\w@%+=:,./-]+$/.test(clean) ? clean : `'${clean.replaceAll("'", `'\\''`)}'`;
}
