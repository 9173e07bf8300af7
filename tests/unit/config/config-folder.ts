import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type LoadConfigOptions,
  type LoadedConfig,
  loadConfig,
} from '../../../src/adapters/config/load-config.ts';

/** A folder for one test, with the given files in it. */
export function aFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Loads a `dispatch.yaml` of this text, in a world without user file and environment. */
export async function load(text: string, options: Partial<LoadConfigOptions> = {}): Promise<LoadedConfig> {
  const folder = aFolder({ 'dispatch.yaml': text });
  return loadConfig({ cwd: folder, env: {}, ...options });
}

/** The message of the error that loading this text ends with. */
export async function problemsOf(text: string, options: Partial<LoadConfigOptions> = {}): Promise<string[]> {
  const error = await load(text, options).then(
    () => new Error('it loaded'),
    (cause: unknown) => cause as Error,
  );
  return error.message.split('\n');
}
