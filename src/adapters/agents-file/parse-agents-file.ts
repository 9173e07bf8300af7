import { type Document, LineCounter, parseDocument } from 'yaml';
import { AppError, messageOf } from '../../core/errors.ts';
import { CONFIG_FILE_BYTES_MAX } from '../../core/limits.ts';
import { AgentsFileShape } from './agents-file-schema.ts';
import { AGENTS_FILE_ALIASES_MAX, AGENTS_FILE_PROBLEMS_MAX } from './limits.ts';
import type { BoundedRead } from './read-bounded.ts';

const HINT = 'mend the file by hand; until then the last good version stays in force where one was read';

/** An agents.yaml that cannot be taken, as every surface words it (R-AD-020, R-ADX-014). */
export function brokenAgentsFile(path: string, problem: string, cause?: unknown): AppError {
  const options = { hint: HINT, details: { path } };
  return new AppError('invalid-config', `config at ${path} ${problem}`, {
    ...options,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The text of a file that was read; refuses what is too large, no file or no UTF-8 (R-ADX-017). */
export function agentsFileText(read: BoundedRead | null, path: string): string {
  if (read === null) throw brokenAgentsFile(path, 'is not a file');
  if (read.hasMore) throw brokenAgentsFile(path, `is larger than ${CONFIG_FILE_BYTES_MAX} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(read.bytes);
  } catch (cause) {
    throw brokenAgentsFile(path, 'is not UTF-8 text', cause);
  }
}

/** The document behind the text, comments and all. */
export function parseAgentsDocument(text: string, path: string): Document {
  const lineCounter = new LineCounter();
  const options = { lineCounter, prettyErrors: false, merge: true, logLevel: 'error' } as const;
  const document = attempt(path, () => parseDocument(text, options));
  if (document.errors.length === 0) return document;
  const lines = document.errors.slice(0, AGENTS_FILE_PROBLEMS_MAX).map(({ pos, message }) => {
    const { line, col } = lineCounter.linePos(pos[0]);
    return `line ${Math.max(1, line)}, column ${Math.max(1, col)}: ${message}`;
  });
  throw brokenAgentsFile(path, `is not valid YAML:\n${lines.join('\n')}`);
}

/** What the document says, checked against the schema. */
export function checkAgentsDocument(document: Document, path: string): AgentsFileShape {
  const value: unknown = attempt(path, () => document.toJS({ maxAliasCount: AGENTS_FILE_ALIASES_MAX }));
  const result = AgentsFileShape.safeParse(value);
  if (result.success) return result.data;
  const lines = result.error.issues
    .slice(0, AGENTS_FILE_PROBLEMS_MAX)
    .map((issue) => `${issue.path.map(String).join('.') || 'the file'}: ${issue.message}`);
  throw brokenAgentsFile(path, `has an invalid schema:\n${lines.join('\n')}`);
}

/** The parser throws instead of reporting: thousands of nested brackets, aliases without bound. */
function attempt<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    const problem = cause instanceof RangeError ? 'nested too deeply' : messageOf(cause);
    throw brokenAgentsFile(path, `is not valid YAML:\n${problem}`, cause);
  }
}
