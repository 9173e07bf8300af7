import { AppError, messageOf } from '../core/errors.ts';
import { JSON_DEPTH_MAX } from '../core/limits.ts';
import { isDeeperThan } from './json-depth.ts';

/** A JSON object of a request; an absent or empty body is an empty object. */
export function parseJsonBody(bytes: Uint8Array): Record<string, unknown> {
  if (bytes.length === 0) return {};
  if (isDeeperThan(bytes, JSON_DEPTH_MAX)) {
    throw new AppError('invalid-input', `body: nested deeper than ${JSON_DEPTH_MAX} levels`);
  }
  const text = decode(bytes);
  if (text.trim() === '') return {};
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('invalid-input', 'body: must be a JSON object');
  }
  if (MAY_NAME_PROTOTYPE.test(text)) dropPrototypeKeys(value);
  return value as Record<string, unknown>;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('invalid-input', 'body: is not UTF-8', { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    // V8 names the position of every other mistake.
    const message = messageOf(cause).replace('end of JSON input', `end at position ${text.length}`);
    throw new AppError('invalid-input', `malformed JSON: ${message}`, { cause });
  }
}

/** `__proto__` may also be spelled with escapes. */
const MAY_NAME_PROTOTYPE = /__proto__|\\u00/;

/** JSON.parse makes `__proto__` a plain key; removed, so that no later copy of the object takes it for more. */
function dropPrototypeKeys(root: object): void {
  const pending: object[] = [root];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__');
    for (const child of Object.values(value)) {
      if (typeof child === 'object' && child !== null) pending.push(child);
    }
  }
}
