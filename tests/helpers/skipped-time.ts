import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../src/workflows/search-attributes.ts';
import { startTimeSkipping } from './time-skipping.ts';

/** Time that runs as ever until somebody has it leap. */
export interface SkippedTime {
  readonly address: string;
  /** Variables of processes that go by this time. */
  readonly env: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  now(): Promise<number>;
  /** Leaps to this moment, stopping wherever something is due before it. While agents work, time takes its time. */
  leapTo(at: number): Promise<void>;
}

const LOOK_MS = 20;
/** The server answers in milliseconds; what is less is no leap. */
const LEAP_MS_MIN = 50;
/** The API's number for the type. */
const KEYWORD = 2;

/** Starts a server whose time can be skipped; null where none can be had. It does not outlive the test. */
export async function startSkippedTime(): Promise<SkippedTime | null> {
  const server = await startTimeSkipping();
  if (server === null) return null;
  const dir = mkdtempSync(join(tmpdir(), 'dispatch-clock-'));
  const file = join(dir, 'ahead-ms');
  let told = 0;
  const tell = (aheadMs: number) => {
    told = aheadMs;
    writeFileSync(`${file}.new`, String(aheadMs));
    renameSync(`${file}.new`, file);
  };
  tell(0);
  let looking = true;
  const look = async () => {
    const now = await server.currentTimeMs();
    const aheadMs = Math.round(now - Date.now());
    if (Math.abs(aheadMs - told) >= LEAP_MS_MIN) tell(aheadMs);
    return now;
  };
  const looks = (async () => {
    while (looking) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  })();
  onTestFinished(async () => {
    looking = false;
    await looks.catch(() => undefined);
    await server.teardown();
    rmSync(dir, { recursive: true, force: true });
  });
  await server.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(SEARCH_ATTRIBUTES.map((name) => [name, KEYWORD])),
  });
  const clock = new URL('./skipped-clock.ts', import.meta.url).href;
  return {
    address: server.address,
    env: { DISPATCH_TEST_CLOCK: file, NODE_OPTIONS: `--no-warnings --import=${clock}` },
    now: () => server.currentTimeMs(),
    async leapTo(at) {
      await server.sleep(Math.max(0, at - (await server.currentTimeMs())));
      await look();
    },
  };
}
