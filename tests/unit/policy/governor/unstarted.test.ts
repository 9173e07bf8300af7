import { expect, test } from 'vitest';
import { HOST_SILENT_MS_MAX } from '../../../../src/core/limits.ts';
import { onlyHereCouldRun } from '../../../../src/core/policy/governor/unstarted.ts';
import { admitAll, after, aGovernor, aRequest, hostUp, T0 } from './builders.ts';

test('a host that leaves waits for the runs that have a slot and that nobody else would take up (R-PROD-035)', () => {
  const two = admitAll(aGovernor(2), aRequest('a'), aRequest('b'));
  const [here = ''] = Object.keys(two.hosts);
  expect(onlyHereCouldRun(two, here, T0)).toEqual(['a', 'b']);
  const withOther = after(two, hostUp('other', 2));
  expect(onlyHereCouldRun(withOther, here, T0)).toEqual([]);
  expect(onlyHereCouldRun(withOther, here, T0 + HOST_SILENT_MS_MAX + 1)).toEqual(['a', 'b']);
  const otherLeaves = after(two, hostUp('other', 0, T0, ['b']));
  expect(onlyHereCouldRun(otherLeaves, here, T0)).toEqual(['a']);
});
