import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from '../helpers/call.ts';
import { until } from '../helpers/project.ts';
import { aRoleProject } from '../helpers/role-project.ts';

test('in strict mode a release of the file counts for nothing, an arming does (R-PROD-065)', async () => {
  const p = await aRoleProject(
    { code: 'true' },
    { config: { kill_switch_strict: true, kill_switch: 'state/stop' } },
  );
  const { control } = p.project.context;
  expect(p.project.brake.path).toBe(join(p.dir, 'state', 'stop'));
  await call(p.project, 'arm-kill-switch', { reason: 'enough' });
  writeFileSync(join(p.dir, 'state', 'stop'), '0\n');
  await until('the release was seen', () =>
    p.logged.some(({ message }) => message === 'release of the brake file ignored'),
  );
  expect((await control.governor())?.brake).toMatchObject({ armed: true, reason: 'enough' });
  await call(p.project, 'disarm-kill-switch', {});
  expect((await control.governor())?.brake.armed).toBe(false);
  writeFileSync(join(p.dir, 'state', 'stop'), '1\n');
  await until('armed by the file', async () => (await control.governor())?.brake.armed === true);
});

test('a release that was written while nothing ran ends an older arming (R-PROD-061)', async () => {
  const p = await aRoleProject({ code: 'true' });
  const { control } = p.project.context;
  await call(p.project, 'arm-kill-switch', { reason: 'enough' });
  await p.worker?.stop();
  writeFileSync(p.project.brake.path, '0\n');
  await p.startWorker();
  await until('released', async () => (await control.governor())?.brake.armed === false);
});
