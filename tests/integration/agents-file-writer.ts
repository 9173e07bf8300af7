/*
 * A process that edits agents.yaml: `node agents-file-writer.ts <file> <name> <count>` adds so many agents and sets a
 * field of one that all share. `<file> lock` takes the lock, says so and keeps it until it is killed.
 */
import { createAgentRegistry } from '../../src/adapters/agents-file/agent-registry.ts';
import { takeKernelLock } from '../../src/adapters/local/kernel-lock.ts';

const [path = '', name = '', count = '0'] = process.argv.slice(2);

if (name === 'lock') {
  const lock = await takeKernelLock(`${path}.lock.db`, 5_000);
  if (lock === null) throw new Error('the lock is taken');
  process.stdout.write('locked\n');
  setInterval(() => {}, 60_000);
} else {
  const registry = createAgentRegistry({
    agentsFile: { path, ownsFolder: false },
    settings: () => ({ agents: {}, baseDir: '/' }),
    lockWaitMs: 60_000,
  });
  for (let index = 0; index < Number(count); index += 1) {
    await registry.add(`${name}-${index}`, { directory: `/srv/${name}` });
    await registry.update('shared', { instructions: `${name} ${index}` });
  }
}
