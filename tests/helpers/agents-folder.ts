import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createAgentRegistry } from '../../src/adapters/agents-file/agent-registry.ts';
import type { AgentRegistry } from '../../src/core/ports/agent-registry.ts';
import type { AgentSpec } from '../../src/core/schema/route.ts';

/** A folder with an agents.yaml that is gone after the test. */
export interface AgentsFolder {
  readonly folder: string;
  readonly path: string;
  readonly registry: AgentRegistry;
  readonly warnings: string[];
  read(): string;
  write(text: string | Uint8Array): void;
  /** Puts files of a project below the folder; gives the project's path. */
  project(name: string, files?: Readonly<Record<string, string>>): string;
}

/** What a test wants to be different. */
export interface AgentsFolderOptions {
  readonly text?: string;
  readonly agents?: Readonly<Record<string, Partial<AgentSpec>>>;
  readonly lockWaitMs?: number;
}

/** An agent of dispatch.yaml with every default. */
export function aSpec(fields: Partial<AgentSpec> = {}): AgentSpec {
  return {
    name: 'engineer',
    kind: 'command',
    command: ['claude', '-p'],
    promptVia: 'argument',
    cwd: null,
    env: {},
    timeoutSeconds: null,
    silenceSeconds: null,
    options: {},
    ...fields,
  };
}

export function anAgentsFolder({ text, agents = {}, lockWaitMs }: AgentsFolderOptions = {}): AgentsFolder {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-agents-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'config', 'agents.yaml');
  const warnings: string[] = [];
  const specs = Object.fromEntries(
    Object.entries(agents).map(([name, fields]) => [name, aSpec({ name, ...fields })]),
  );
  const registry = createAgentRegistry({
    agentsFile: { path, ownsFolder: true },
    settings: () => ({ agents: specs, baseDir: folder }),
    onWarning: (warning) => warnings.push(warning),
    ...(lockWaitMs === undefined ? {} : { lockWaitMs }),
  });
  const test: AgentsFolder = {
    ...{ folder, path, registry, warnings },
    read: () => readFileSync(path, 'utf8'),
    write(content) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    },
    project(name, files = {}) {
      const project = join(folder, name);
      mkdirSync(project, { recursive: true });
      for (const [file, content] of Object.entries(files)) {
        mkdirSync(dirname(join(project, file)), { recursive: true });
        writeFileSync(join(project, file), content);
      }
      return project;
    },
  };
  if (text !== undefined) test.write(text);
  return test;
}
