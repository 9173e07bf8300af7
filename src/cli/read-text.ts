import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DISPATCH_TEXT_LENGTH_MAX } from '../core/dispatch-limits.ts';
import { AppError, messageOf } from '../core/errors.ts';
import type { CliIo } from './io.ts';

/** What stands in a file, or comes on stdin for `-`. */
export async function readText({ stdin, cwd }: Pick<CliIo, 'stdin' | 'cwd'>, path: string): Promise<string> {
  if (path === '-') return readAll(stdin);
  try {
    return await readFile(resolve(cwd, path), 'utf8');
  } catch (error) {
    throw new AppError('invalid-input', `${path} cannot be read: ${messageOf(error)}`, {
      hint: 'name a file, or - for stdin',
    });
  }
}

async function readAll(stdin: CliIo['stdin']): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > DISPATCH_TEXT_LENGTH_MAX)
      throw new AppError('payload-too-large', `stdin holds more than ${DISPATCH_TEXT_LENGTH_MAX} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
