import { expect, onTestFinished, test } from 'vitest';
import { reportScheduleId } from '../../src/core/ids.ts';
import { eventsOf } from '../helpers/history.ts';
import { until } from '../helpers/project.ts';
import { aShape, keepShape } from '../helpers/shape.ts';

test('a report by schedule replays, and costs few events (R-PROD-072)', async () => {
  const p = await aShape('report', { routes: [], config: { report_every_hours: 6 } });
  const client = await p.project.client();
  const schedule = client.schedule.getHandle(reportScheduleId(p.project.settings().project));
  onTestFinished(() => schedule.delete().catch(() => undefined));
  const workflowId = await until('a report', async () => {
    const [latest] = (await schedule.describe().catch(() => null))?.info.recentActions ?? [];
    return latest?.action.workflow.workflowId;
  });
  await client.workflow.getHandle(workflowId).result();
  const history = await keepShape(p, 'report', { workflowId });
  expect(eventsOf(history)).toHaveLength(11);
});
