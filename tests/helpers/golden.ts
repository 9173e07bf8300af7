import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../fixtures/golden/', import.meta.url);

/** What was recorded under this name; under DISPATCH_RECORD_GOLDEN=1 what is given becomes the record. */
export function golden(name: string, now: unknown): unknown {
  const file = fileURLToPath(new URL(`${name}.json`, FOLDER));
  if (process.env.DISPATCH_RECORD_GOLDEN === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(now, null, 2)}\n`);
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const JOB_ID = /\b[0-9a-f]{32}\b/g;

/** The same value without what changes from run to run: ids, times, and the folder it ran in. */
export function neutral(value: unknown, dir: string): unknown {
  if (typeof value === 'string')
    return value.replaceAll(dir, '<dir>').replaceAll(UUID, '<uuid>').replaceAll(JOB_ID, '<job>');
  if (Array.isArray(value)) return value.map((one) => neutral(one, dir));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      key.endsWith('_at') && typeof one === 'number' ? '<time>' : neutral(one, dir),
    ]),
  );
}
