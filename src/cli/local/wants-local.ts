import type { Settings } from '../../core/schema/settings.ts';
import type { CliIo } from '../io.ts';

/** Does this project use the local server of this user? */
export function wantsLocal({ temporal }: Settings, env: CliIo['env']): boolean {
  return temporal.address === null && temporal.profile === null && env.TEMPORAL_CONFIG_FILE === undefined;
}
