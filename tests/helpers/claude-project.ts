import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aProject, type TestProject, type TestProjectOptions } from './project.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/agents', import.meta.url));

/** The environment in which `claude` is the stand-in of the fixtures. */
export const withStandIn = (env: Readonly<Record<string, string | undefined>> = process.env) => ({
  PATH: `${FIXTURES}${delimiter}${env.PATH ?? ''}`,
});

type Settings = Readonly<Record<string, unknown>>;

/**
 * A project whose agents.yaml names agents in folders of their own; each folder holds what the stand-in of `claude` does
 * there. `yaml` = more keys of agents.yaml.
 */
export async function aClaudeProject(
  agents: Readonly<Record<string, Settings>>,
  options: Partial<TestProjectOptions> & {
    readonly yaml?: Settings;
    readonly fields?: Readonly<Record<string, Settings>>;
    readonly worker?: boolean;
  } = {},
): Promise<TestProject> {
  const { yaml = {}, fields = {}, ...rest } = options;
  const prepare = (dir: string) => {
    const entries = Object.entries(agents).map(([name, settings]) => {
      const directory = join(dir, name);
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, '.fake-claude.json'), JSON.stringify(settings));
      return [name, { directory, description: `agent ${name}`, ...fields[name] }] as const;
    });
    const config = join(dir, '.config', 'agent-dispatch');
    mkdirSync(config, { recursive: true });
    writeFileSync(
      join(config, 'agents.yaml'),
      JSON.stringify({ agents: Object.fromEntries(entries), ...yaml }),
    );
  };
  return aProject({ routes: [], ...rest, prepare, env: { ...withStandIn(), ...rest.env } });
}
