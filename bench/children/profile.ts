import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';

/** Profiles this thread from now on; written on request, so that a process that is killed later leaves it, too. */
export async function startProfile(folder: string) {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  return {
    async write(): Promise<void> {
      const { profile } = await session.post('Profiler.stop');
      writeFileSync(join(folder, `main-${process.pid}.cpuprofile`), JSON.stringify(profile));
      session.disconnect();
    },
  };
}
