import { createCommandAgent } from '../../src/adapters/agents/command.ts';
import { hostContainment, plainGroup, probeContainment } from '../../src/adapters/process/containment.ts';
import { probeCommand } from '../../src/adapters/process/probe-command.ts';
import { createProcessRunner } from '../../src/adapters/process/run-process.ts';
import type { AgentRequest } from '../../src/core/ports/agent.ts';
import { fixtureAgent } from '../helpers/agent-run.ts';
import { agentContract, type Behaviour } from './agent-contract.ts';

const FIXTURES: Record<Behaviour, readonly [file: string, env?: Readonly<Record<string, string>>]> = {
  succeeds: ['done.sh'],
  'fails with 3': ['exit-code.sh', { FIXTURE_CODE: '3' }],
  'dies by SIGSEGV': ['die-by-signal.sh', { FIXTURE_SIGNAL: 'SEGV' }],
  'hangs after a word': ['hang.sh'],
  'is silent': ['silent.sh'],
  'ignores TERM': ['ignore-term.sh'],
  'succeeds on TERM': ['exit-0-on-term.sh'],
  'leaves a tree of daemons': ['hostile-tree.sh'],
  'leaves children behind': ['leave-children.sh'],
  'floods with short lines': ['flood-lines.sh', { FIXTURE_BYTES: '20000000' }],
  'speaks binary': ['binary.sh'],
  'is not executable': ['not-executable.sh'],
  'does not exist': ['no-such-agent'],
};

const best = await hostContainment();
// A host that forbids namespaces: the probe of one fails, those of the rungs below tell the truth.
const second = await probeContainment(async (argv, timeoutMs) =>
  argv.includes('unshare')
    ? { code: 1, signal: null, said: 'unshare: Operation not permitted' }
    : await probeCommand(argv, timeoutMs),
);
const rungs = new Map([best, second, plainGroup].map((rung) => [rung.name, rung]));

for (const containment of rungs.values()) {
  agentContract(`command in ${containment.name}`, {
    makeAgent: () =>
      createCommandAgent({
        runner: createProcessRunner({ containment }),
        parentEnv: { PATH: process.env.PATH },
      }),
    request(behaviour): Partial<AgentRequest> {
      const [file, env = {}] = FIXTURES[behaviour];
      return { command: [fixtureAgent(file)], env };
    },
    holdsDaemons: ['pid-namespace', 'cgroup'].includes(containment.name),
  });
}
