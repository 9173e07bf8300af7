import { join } from 'node:path';
import { createAdmissionActivities } from './activities/admission.ts';
import { createBoardTaskActivities } from './activities/board-task.ts';
import { createCommandActivities } from './activities/command.ts';
import { createDispatchActivities, createRunDispatchActivities } from './activities/dispatch.ts';
import { createDispatchPlanActivities } from './activities/dispatch-plans.ts';
import { emptyRecord } from './activities/empty-run.ts';
import { createGovernorActivities } from './activities/governor-records.ts';
import { createGovernorTellingActivities } from './activities/governor-telling.ts';
import { createHostActivities } from './activities/host.ts';
import type { ActivityPorts } from './activities/ports.ts';
import { createReportActivities } from './activities/report.ts';
import { createRunAgentActivities } from './activities/run-agent.ts';
import { tokensRequired } from './api/http-auth.ts';
import { readOutput } from './api/run-output.ts';
import { createRunTokens } from './api/run-tokens.ts';
import type { Project } from './compose.ts';
import { apiUrlOf } from './compose-api.ts';
import { openPrices } from './compose-prices.ts';
import { REPLY_BYTES_MAX } from './core/dispatch-limits.ts';
import { AppError } from './core/errors.ts';
import type { AgentAdapter } from './core/ports/agent.ts';
import type { HostState } from './core/ports/host-state.ts';

/** Activities by the Worker that registers them. */
export const activityTables = (ports: ActivityPorts) => ({
  governor: { ...createGovernorActivities(ports), ...createGovernorTellingActivities(ports) },
  dispatch: {
    ...createAdmissionActivities(ports),
    ...createBoardTaskActivities(ports),
    ...createCommandActivities(ports),
    ...createDispatchActivities(ports),
    ...createDispatchPlanActivities(ports),
    ...createReportActivities(ports),
  },
  agents: { ...createRunAgentActivities(ports), ...createRunDispatchActivities(ports) },
  host: { ...createHostActivities(ports), ...createRunDispatchActivities(ports) },
});

export interface WorkerParts {
  readonly adapters: readonly AgentAdapter[];
  isOpen(workflowId: string): Promise<boolean>;
  wake(why: 'changed' | 'slot'): void;
  readonly onePass?: boolean;
}

/** Everything this process's activities reach the world through. */
export function activityPorts(
  project: Project,
  host: HostState,
  { adapters, isOpen, wake, onePass = false }: WorkerParts,
): ActivityPorts {
  const { context, log, looker } = project;
  const { board, store, routes } = context;
  const kinds = new Map(adapters.map((adapter) => [adapter.kind, adapter]));
  const tokens = createRunTokens({ stateDir: project.settings().stateDir, store });
  return {
    ...{
      settings: project.settings,
      board,
      store,
      routes,
      governor: looker.governor,
      host,
      log,
      wake,
      onePass,
    },
    workflows: { isOpen },
    agent(kind) {
      const adapter = kinds.get(kind);
      if (adapter !== undefined) return adapter;
      throw new AppError('agent-not-found', `this worker has no agent of kind "${kind}"`);
    },
    apiUrl: () => apiUrlOf(project),
    runToken: async (runId, subject) =>
      tokensRequired(project.settings().api) ? tokens.issue({ runId, subject }) : null,
    expectBack: (taskId) => looker.open.startingNow(taskId),
    prices: openPrices(project),
    ...dispatchPorts(project),
  };
}

/** What only dispatches need beside that. */
function dispatchPorts({ context, settings }: Project): Pick<ActivityPorts, DispatchPort> {
  return {
    agents: context.agents,
    jobFiles: context.jobFiles,
    usage: context.usage,
    notices: context.notices,
    escalations: context.escalations,
    reports: context.reports,
    async outputOf(runId) {
      const { stateDir } = settings();
      // Not by its record, which may be written a moment later than the agent ends.
      const run = { ...emptyRecord(runId, null, 0), outputPath: join(stateDir, 'runs', `${runId}.log`) };
      return (await readOutput(run, { stateDir, offset: 0, bytes: REPLY_BYTES_MAX })).text.trimEnd();
    },
  };
}

type DispatchPort = 'agents' | 'jobFiles' | 'usage' | 'notices' | 'escalations' | 'reports' | 'outputOf';
