import type { ConfigNote } from '../../adapters/config/problem.ts';
import { mapProducer } from '../../adapters/config/producer/map-producer.ts';
import { settingsFromCode } from '../../adapters/config/settings-from-code.ts';
import { AGENT_KINDS } from '../../core/schema/config.ts';
import { ROLE_KIND } from '../../core/schema/role.ts';
import type { Settings } from '../../core/schema/settings.ts';
import type { GivenToInvoker } from './claude-agent-invoker.ts';
import { sourceOf } from './load-config.ts';
import { type ProducerConfig, producerFileOf } from './producer-config.ts';

type Values = Readonly<Record<string, unknown>>;

/** What a producer's settings are made of. */
export interface ProducerSource {
  readonly config: ProducerConfig;
  readonly ledgerPath: string;
  readonly brakePath: string;
  /** How roles are run that name no kind: by an agent of code, or as our own invoker was told to. */
  readonly runs: { readonly kind: string } | { readonly given: GivenToInvoker };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The same settings as `producer run` has, out of what the configuration says now; `invalid-config` lists all problems. */
export function producerSettings(source: ProducerSource): {
  readonly settings: Settings;
  readonly notes: readonly ConfigNote[];
} {
  const { config, ledgerPath, brakePath, runs, env } = source;
  const file = producerFileOf({ ...config, kill_switch: brakePath, ledger_db: ledgerPath });
  const mapped = mapProducer(file, config.project_root);
  const read = sourceOf(config);
  const place = { baseDir: read?.folder ?? config.project_root, env, layered: { flags: {} } };
  // Several producers on one machine must not fight for one port.
  const values = { api_port: 0, ...mapped };
  // Their prompts are looked at as those of roles are, whoever runs them.
  if ('kind' in runs) settingsFromCode(values, place);
  const { settings, notes } =
    'kind' in runs
      ? settingsFromCode(runBy(runs.kind, values), { ...place, agentKinds: [...AGENT_KINDS, runs.kind] })
      : settingsFromCode(asGiven(runs.given, values), place);
  return { settings, notes: [...(read?.notes ?? []), ...notes] };
}

/** Roles that would be Claude Code are run by the caller's object. */
const runBy = (kind: string, mapped: Values): Values => ({
  ...mapped,
  roles: changed(mapped, (role) => ((role.kind ?? ROLE_KIND) === ROLE_KIND ? { kind } : {})),
});

/** Roles stay what they are, held to what our own invoker was given. */
const asGiven = ({ cwd, permissionMode, mode }: GivenToInvoker, mapped: Values): Values => ({
  ...mapped,
  roles: changed(mapped, (role) => ({
    cwd: role.cwd ?? cwd,
    ...(permissionMode === null ? {} : { permission_mode: role.permission_mode ?? permissionMode }),
  })),
  auth: { ...(mapped.auth as Values | undefined), mode },
});

function changed({ roles }: Values, change: (role: Values) => Values): Values {
  const all = Object.entries(roles as Readonly<Record<string, Values>>);
  return Object.fromEntries(all.map(([name, role]) => [name, { ...role, ...change(role) }]));
}
