import { PROMPT_FAULTS_MAX } from '../../role-limits.ts';
import { headingFaults } from './headings.ts';
import { placeholderFaults } from './placeholders.ts';
import { promptParts } from './prompt-lines.ts';
import { unknownCalls } from './unknown-calls.ts';
import type { PromptFault, Vocabulary } from './vocabulary.ts';

/** What is wrong with the prompt of a role, line by line (R-PROD-094); at most {@link PROMPT_FAULTS_MAX}. */
export function lintPrompt(role: string, text: string, vocabulary: Vocabulary): readonly PromptFault[] {
  const parts = promptParts(text);
  const faults = [
    ...headingFaults(role, parts),
    ...placeholderFaults(parts),
    ...unknownCalls(parts, vocabulary),
  ];
  return faults.toSorted((a, b) => a.line - b.line).slice(0, PROMPT_FAULTS_MAX);
}
