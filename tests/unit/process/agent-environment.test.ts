import { expect, test } from 'vitest';
import { agentEnvironment } from '../../../src/adapters/process/agent-environment.ts';

test('the environment is inherited whole, but for the engine and our tokens (R-ART-044, R-ART-047)', () => {
  const parent = {
    PATH: '/bin',
    NODE_OPTIONS: '--max-old-space-size=100',
    LD_LIBRARY_PATH: '/opt/lib',
    TEMPORAL_API_KEY: 'secret',
    TEMPORAL_ADDRESS: 'localhost:7233',
    DISPATCH_API_TOKEN: 'operator',
    DISPATCH_WEBHOOK_TOKEN: 'secret',
    DISPATCH_PROJECT: 'outer',
    UNSET: undefined,
  };
  const added = { DISPATCH_PROJECT: 'shop', DISPATCH_API_TOKEN: 'of this task' };
  expect(agentEnvironment({ parent, added })).toEqual({
    kind: 'ready',
    env: {
      PATH: '/bin',
      NODE_OPTIONS: '--max-old-space-size=100',
      LD_LIBRARY_PATH: '/opt/lib',
      DISPATCH_PROJECT: 'shop',
      DISPATCH_API_TOKEN: 'of this task',
    },
  });
});

test('a task or route may not make a program load code (R-SYS-030)', () => {
  const added = {
    NODE_OPTIONS: '--require ./x.js',
    LD_PRELOAD: 'x.so',
    BASH_ENV: 'x',
    DYLD_INSERT_LIBRARIES: 'x',
    OK: '1',
  };
  expect(agentEnvironment({ parent: {}, added })).toEqual({
    kind: 'refused',
    names: ['NODE_OPTIONS', 'LD_PRELOAD', 'BASH_ENV', 'DYLD_INSERT_LIBRARIES'],
  });
});

test('with an allowlist only these names are inherited', () => {
  const parent = { PATH: '/bin', LC_ALL: 'C', LC_TIME: 'C', SECRET: 'x', PATHS: 'x' };
  expect(agentEnvironment({ parent, added: { A: '1' }, allowlist: ['PATH', 'LC_*'] })).toEqual({
    kind: 'ready',
    env: { PATH: '/bin', LC_ALL: 'C', LC_TIME: 'C', A: '1' },
  });
});
