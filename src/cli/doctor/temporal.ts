import { runTemporalScript } from '../../adapters/local/temporal-script.ts';
import { missingSearchAttributes, registerLine } from '../../adapters/temporal/ensure-search-attributes.ts';
import type { Project } from '../../compose.ts';
import { messageOf } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { wantsLocal } from '../local/wants-local.ts';
import { type Finding, failed, ok } from './check.ts';

/** Does the server answer, and does it know our search attributes? */
export async function checkTemporal({ io }: Cli, project: Project): Promise<readonly Finding[]> {
  const { server } = project;
  if (wantsLocal(project.settings(), io.env)) {
    const { exitCode } = await runTemporalScript(['status'], { env: io.env });
    if (exitCode !== 0) return [ok('temporal', 'the local server is started by dispatch up')];
  }
  try {
    const client = await project.client();
    const missing = await missingSearchAttributes(client);
    const answers = ok('temporal', `${server.address}, namespace ${server.namespace}`);
    if (missing.length === 0) return [answers, ok('search attributes', 'all registered')];
    const lines = missing.map((name) => registerLine(name, server));
    return [answers, failed('search attributes', `missing: ${missing.join(', ')}`, lines.join('\n'))];
  } catch (error) {
    return [failed('temporal', messageOf(error), 'dispatch temporal start')];
  }
}
