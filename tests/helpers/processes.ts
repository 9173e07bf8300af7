import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** Pids of living processes whose command line or environment holds `text`; zombies have neither. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => ['cmdline', 'environ'].some((file) => contentOf(`/proc/${pid}/${file}`).includes(text)))
    .map(Number);
}

function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

/** Waits until `condition` answers something truthy and answers that; fails after `deadlineMs`. */
export async function until<Value>(condition: () => Value, deadlineMs = 20_000): Promise<NonNullable<Value>> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const value = condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`not so after ${deadlineMs} ms: ${condition}`);
    await setTimeout(10);
  }
}
