import type { Document } from 'yaml';
import { AppError } from '../../core/errors.ts';
import { checkAgentName } from '../../core/policy/dispatch/agent-names.ts';
import { agentNotFoundText } from '../../core/policy/dispatch/unknown-agent.ts';
import type { AgentDirectory, AgentRegistry } from '../../core/ports/agent-registry.ts';
import type { Settings } from '../../core/schema/settings.ts';
import { createDirectoryCache } from './agent-directory.ts';
import { createAgentsFile } from './agents-file.ts';
import type { AgentsFilePlace } from './agents-file-path.ts';
import { createAgentsFileEditor } from './edit-agents-file.ts';
import { addEntry, entryNames, hasEntry, removeEntry, updateEntry } from './edit-document.ts';
import { agentValues, groupValues } from './entry-values.ts';

/** What the registry reads, and where it reports to. */
export interface AgentRegistryConfig {
  readonly agentsFile: AgentsFilePlace;
  /** The project's settings; their agents stand beside those of agents.yaml and win where names meet. */
  readonly settings: () => Pick<Settings, 'agents' | 'baseDir'>;
  readonly lockWaitMs?: number;
  readonly onWarning?: (text: string) => void;
}

/** The agents of agents.yaml and dispatch.yaml as one directory (R-SYS-023). */
export function createAgentRegistry(config: AgentRegistryConfig): AgentRegistry {
  const { agentsFile: place, settings, onWarning = () => {}, lockWaitMs } = config;
  const file = createAgentsFile(place);
  const edit = createAgentsFileEditor({
    ...{ place, onWarning },
    ...(lockWaitMs === undefined ? {} : { lockWaitMs }),
  });
  const directoryOf = createDirectoryCache(place.path);
  let told: string | null = null;

  /** An entry of dispatch.yaml is changed there; the one it hides would be changed without effect. */
  const refuseForeign = (name: string): void => {
    if (!Object.hasOwn(settings().agents, name)) return;
    throw new AppError('conflict', `Agent '${name}' is defined in dispatch.yaml. Change it there.`, {
      details: { name },
    });
  };

  return {
    async read(): Promise<AgentDirectory> {
      const directory = directoryOf(await file.read(), settings());
      if (directory.warning !== told && directory.warning !== null) onWarning(directory.warning);
      told = directory.warning;
      return directory;
    },
    async add(name, fields) {
      checkAgentName(name);
      if (Object.hasOwn(settings().agents, name)) throw taken('Agent', name);
      await edit((document) => {
        if (hasEntry(document, 'agents', name)) throw taken('Agent', name);
        addEntry(document, 'agents', name, agentValues(fields));
      });
    },
    async update(name, fields) {
      refuseForeign(name);
      await edit((document) => {
        if (!hasEntry(document, 'agents', name)) throw notFound('agents', name, document);
        updateEntry(document, 'agents', name, agentValues(fields));
      });
    },
    async remove(name) {
      await edit((document) => {
        if (!hasEntry(document, 'agents', name)) {
          refuseForeign(name);
          throw notFound('agents', name, document);
        }
        removeEntry(document, 'agents', name);
      });
    },
    async putGroup(name, fields, mode) {
      checkAgentName(name, 'group');
      await edit((document) => {
        const isThere = hasEntry(document, 'groups', name);
        if (mode === 'add' && isThere) throw taken('Group', name);
        if (mode === 'update' && !isThere) throw notFound('groups', name, document);
        const change = mode === 'add' ? addEntry : updateEntry;
        change(document, 'groups', name, groupValues(fields));
      });
    },
    async removeGroup(name) {
      await edit((document) => {
        if (!hasEntry(document, 'groups', name)) throw notFound('groups', name, document);
        removeEntry(document, 'groups', name);
      });
    },
  };
}

const taken = (what: string, name: string): AppError =>
  new AppError('conflict', `${what} '${name}' already exists. Remove it first.`, { details: { name } });

const NAMES_SHOWN_MAX = 50;

/** What may be changed here stands in agents.yaml alone (R-AD-097). */
function notFound(section: 'agents' | 'groups', name: string, document: Document): AppError {
  const names = entryNames(document, section).slice(0, NAMES_SHOWN_MAX);
  const details = { name };
  return section === 'agents'
    ? new AppError('agent-not-found', agentNotFoundText(name, names), { details })
    : new AppError('not-found', `Group '${name}' not found. Available: ${names.join(', ') || '(none)'}`, {
        details,
      });
}
