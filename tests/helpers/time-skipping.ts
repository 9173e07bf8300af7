import { TestWorkflowEnvironment } from '@temporalio/testing';

/** Variable with the path of the time-skipping server; `npm test` sets it. */
const SERVER_VARIABLE = 'DISPATCH_TEST_SERVER';

/**
 * Starts Temporal's time-skipping test server, or gives null where none can be had (then skip, it says so once).
 * With DISPATCH_TEST_STRICT=1 a missing server is an error. It keeps everything in memory and has no Schedules.
 */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment | null> {
  const path = process.env[SERVER_VARIABLE];
  process.env.JDK_JAVA_OPTIONS ??= QUICK_START;
  for (let tries = 1; ; tries += 1) {
    try {
      return await TestWorkflowEnvironment.createTimeSkipping(
        path ? { server: { executable: { type: 'existing-path', path } } } : {},
      );
    } catch (error) {
      // It is given five seconds, and a busy machine may need longer for a first look at its files.
      if (tries < TRIES_MAX && SLOW.test(String(error))) continue;
      if (process.env.DISPATCH_TEST_STRICT === '1') throw error;
      console.warn(`TIME-SKIPPING TESTS ARE SKIPPED: ${String(error)}`);
      return null;
    }
  }
}

const TRIES_MAX = 5;
/** Where it runs on Java: up sooner, at the cost of peak speed that nobody needs here. */
const QUICK_START = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';
const SLOW = /did not start within/;
