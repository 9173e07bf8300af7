import { AppError } from '../../core/errors.ts';
import { CONFIG_PROBLEMS_MAX } from '../../core/limits.ts';

/** Keys and indices from the top of the configuration to a value. */
export type Path = readonly (string | number)[];

/** Where an effective value was set. Lines and columns count from 1. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'code' }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'flag'; readonly name: string }
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number };

/** One thing wrong with a configuration. */
export interface Problem {
  readonly origin: Origin;
  readonly path: Path;
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string;
}

/** Something a person may want to know that stops nothing. */
export interface ConfigNote {
  readonly level: 'debug' | 'warning';
  readonly text: string;
}

/** `routes[0].timeout`, `agents["night shift"].cwd`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[\w-]+$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text;
}

/** `dispatch.yaml:12:7`, `environment variable X`, `--x`, or nothing for code and defaults. */
export function formatOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'file':
      return `${origin.file}:${origin.line}:${origin.column}`;
    case 'environment':
      return `environment variable ${origin.name}`;
    case 'flag':
      return origin.name;
    default:
      return '';
  }
}

/** One line that says where, what and, when known, what was meant. */
export function formatProblem(problem: Problem): string {
  const place = [formatOrigin(problem.origin), formatPath(problem.path)]
    .filter((part) => part !== '')
    .join(': ');
  const meant = problem.suggestion === undefined ? '' : ` (did you mean ${problem.suggestion}?)`;
  return `${place === '' ? '' : `${place}: `}${problem.message}${meant}`;
}

function compare(a: Problem, b: Problem): number {
  if (a.origin.kind !== 'file' || b.origin.kind !== 'file') return 0;
  return a.origin.line - b.origin.line || a.origin.column - b.origin.column;
}

/** The one error for all problems of a configuration, in the order of the file; at most 20 are listed. */
export function configError(problems: readonly Problem[], hint?: string): AppError {
  const lines = [...problems].sort(compare).map(formatProblem);
  const shown = lines.slice(0, CONFIG_PROBLEMS_MAX);
  if (lines.length > shown.length) shown.push(`and ${lines.length - shown.length} more`);
  return new AppError('invalid-config', shown.join('\n'), {
    ...(hint === undefined ? {} : { hint }),
    details: { problems: shown, count: lines.length },
  });
}
