import { hostContainment, plainGroup } from '../../src/adapters/process/containment.ts';
import { createProcessRunner } from '../../src/adapters/process/run-process.ts';
import { fixtureAgent } from '../helpers/agent-run.ts';
import { aClaudeAgent } from '../helpers/fake-claude.ts';
import { agentContract, type Behaviour } from './agent-contract.ts';

const SCENARIOS: Record<Behaviour, string> = {
  succeeds: 'success',
  'fails with 3': 'exit-3',
  'dies by SIGSEGV': 'segv',
  'hangs after a word': 'hang',
  'is silent': 'silent',
  'ignores TERM': 'ignore-term',
  'succeeds on TERM': 'success-on-int',
  'leaves a tree of daemons': 'daemons',
  'leaves children behind': 'holders',
  'floods with short lines': 'flood',
  'speaks binary': 'undecodable',
  'is not executable': 'success',
  'does not exist': 'success',
};
const COMMANDS: Partial<Record<Behaviour, string>> = {
  // In a shell: it must ignore signals from its first moment.
  'ignores TERM': 'ignore-term.sh',
  'is not executable': 'not-executable.sh',
  'does not exist': 'no-such-agent',
};

for (const containment of new Map(
  [await hostContainment(), plainGroup].map((rung) => [rung.name, rung]),
).values()) {
  agentContract(`claude-cli in ${containment.name}`, {
    makeAgent: () => aClaudeAgent({}, { runner: createProcessRunner({ containment }) }),
    request(behaviour) {
      const own = COMMANDS[behaviour];
      return {
        command: own === undefined ? [] : [fixtureAgent(own)],
        env: { FAKE_CLAUDE_SCENARIO: SCENARIOS[behaviour] },
      };
    },
    holdsDaemons: ['pid-namespace', 'cgroup'].includes(containment.name),
  });
}
