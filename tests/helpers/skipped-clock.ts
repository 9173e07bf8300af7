import { readFileSync } from 'node:fs';

/**
 * Loaded before anything else in every process of a night with skipped time: `Date` goes by the server's clock, and what
 * is done at intervals is done when that clock has leapt over them.
 */

const FILE = process.env.DISPATCH_TEST_CLOCK ?? '';
const LOOK_MS = 20;
/** Shorter intervals come soon enough by themselves. */
const INTERVAL_MS_MIN = 500;

const systemTime = Date.now.bind(Date);
/** How far the server's clock is ahead of the system's. */
let aheadMs = read();

function read(): number {
  return Number(readFileSync(FILE, 'utf8'));
}

Date.now = () => systemTime() + aheadMs;
globalThis.Date = new Proxy(Date, {
  construct: (target, args: unknown[], made) =>
    Reflect.construct(target, args.length === 0 ? [Date.now()] : args, made) as object,
});

const intervals = new Map<unknown, { readonly everyMs: number; readonly call: () => void }>();
const { setInterval: setSystemInterval, clearInterval: clearSystemInterval } = globalThis;

globalThis.setInterval = ((call: (...args: unknown[]) => void, everyMs = 0, ...args: unknown[]) => {
  const timer = setSystemInterval(call, everyMs, ...args);
  if (everyMs >= INTERVAL_MS_MIN) intervals.set(timer, { everyMs, call: () => call(...args) });
  return timer;
}) as typeof setInterval;
globalThis.clearInterval = (timer) => {
  intervals.delete(timer);
  clearSystemInterval(timer);
};

setSystemInterval(() => {
  const before = aheadMs;
  aheadMs = read();
  const leaptMs = aheadMs - before;
  for (const { everyMs, call } of [...intervals.values()]) if (leaptMs >= everyMs) call();
}, LOOK_MS).unref();
