import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createBrakeFile } from '../../adapters/brake/brake-file.ts';
import { type CamelNamed, withCamelNames } from './camel-names.ts';

class SnakeKillSwitchWatcher {
  readonly path: string;

  /** The brake file of a project; nothing is opened or made. */
  constructor(path: string) {
    this.path = resolve(path);
  }

  /** `0` and absence release; anything else that is there arms, also a file that cannot be read (R-PROD-060). */
  is_armed(): boolean {
    return createBrakeFile(this.path).read().armed;
  }

  /** Arms it; why stands beside the file. */
  arm(reason: string): void {
    mkdirSync(dirname(this.path), { recursive: true });
    createBrakeFile(this.path).arm(reason);
  }

  /** Releases it; where there is no file nothing is made. */
  disarm(): void {
    if (existsSync(this.path)) createBrakeFile(this.path).disarm();
  }
}

/** The brake file as ai-producer's scripts use it (R-PROD-064); each method also has its name in camelCase. */
export const KillSwitchWatcher: new (path: string) => CamelNamed<SnakeKillSwitchWatcher> =
  withCamelNames(SnakeKillSwitchWatcher);
export type KillSwitchWatcher = CamelNamed<SnakeKillSwitchWatcher>;
