import { defineConfig } from 'vitest/config';

const SECOND = 1000;
/** More than two would measure each other on a small machine. */
const WORKERS_MAX = 2;

/** One kind of test per folder; only those that need Temporal start the shared dev server. */
function project(name: string, timeoutMs: number, extra: { server?: boolean; groupOrder?: number } = {}) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`tests/${name}/**/*.test.ts`],
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
      globalSetup: extra.server ? ['tests/helpers/global-setup.ts'] : [],
      maxWorkers: WORKERS_MAX,
      sequence: { groupOrder: extra.groupOrder ?? 0 },
    },
  };
}

/** Most take seconds; a machine that others use as well may take many times that. */
const PATIENT_MS_MAX = 120 * SECOND;

/** Ten kills, each with a restart and progress before it, take minutes on a busy machine; three do not. */
const E2E_MS_MAX = (process.env.DISPATCH_TEST_ALL === '1' ? 600 : 240) * SECOND;

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: WORKERS_MAX,
    teardownTimeout: 20 * SECOND,
    passWithNoTests: true,
    restoreMocks: true,
    projects: [
      project('unit', 30 * SECOND),
      project('contract', PATIENT_MS_MAX),
      project('replay', PATIENT_MS_MAX),
      project('integration', PATIENT_MS_MAX, { server: true, groupOrder: 1 }),
      project('e2e', E2E_MS_MAX, { server: true, groupOrder: 2 }),
    ],
  },
});
