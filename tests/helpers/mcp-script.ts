type Given = Readonly<Record<string, unknown>>;
/** Answers of earlier steps, by step. */
// biome-ignore lint/suspicious/noExplicitAny: answers of any shape
type Seen = Readonly<Record<string, any>>;

/** One call of the recorded conversation: its name, the tool, what it is given, and when it is asked again. */
export interface Step {
  readonly name: string;
  readonly tool: string;
  readonly given: Given | ((seen: Seen) => Given);
  /** Asked again until its answer is so; what comes from elsewhere takes its time. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
  readonly until?: (answer: any) => boolean;
}

const step = (name: string, tool: string, given: Step['given'] = {}): Step => ({ name, tool, given });
const ASKED = { agent: 'infra', task: 'How is it?', caller: 'golden', goal: 'to know' };

/** Looking at agents and groups, and changing them (R-AD-058 to R-AD-066, R-AD-093 to R-AD-098, R-ADX-006). */
const AGENTS: readonly Step[] = [
  step('agents', 'list_agents'),
  step('agent', 'inspect_agent', { name: 'infra', preview_lines: 2 }),
  step('agent without previews', 'inspect_agent', { name: 'infra', preview_lines: 0 }),
  step('agent nobody knows', 'inspect_agent', { name: 'nobody' }),
  step('groups', 'list_groups'),
  step('group', 'inspect_group', { name: 'ops' }),
  step('group nobody knows', 'inspect_group', { name: 'nobody' }),
  step('added', 'add_agent', {
    name: 'new',
    directory: 'infra',
    permission_mode: 'plan',
    allowed_tools: 'Read, Bash(git log:*)',
  }),
  step('added twice', 'add_agent', { name: 'new', directory: 'infra' }),
  step('added with a bad name', 'add_agent', { name: 'not good', directory: 'infra' }),
  step('added without a folder', 'add_agent', { name: 'other', directory: 'missing' }),
  step('added in an odd mode', 'add_agent', {
    name: 'odd',
    directory: 'infra',
    permission_mode: 'whatever',
    description: 'odd',
  }),
  step('updated', 'update_agent', { name: 'new', timeout: 60, model: 'opus', allowed_tools: 'none' }),
  step('updated with nothing', 'update_agent', { name: 'new' }),
  step('updated nobody', 'update_agent', { name: 'nobody', model: 'opus' }),
  step('updated with a bad budget', 'update_agent', { name: 'new', timeout: -1 }),
  step('removed', 'remove_agent', { name: 'new' }),
  step('removed odd', 'remove_agent', { name: 'odd' }),
  step('removed nobody', 'remove_agent', { name: 'new' }),
];

/** One answer of one agent, in every way it can turn out (R-AD-038 to R-AD-052, R-AD-067 to R-AD-073, R-ADX-020). */
const ONE: readonly Step[] = [
  step('answered', 'dispatch', ASKED),
  step('answered from the cache', 'dispatch', ASKED),
  step('answered from the cache by reference', 'dispatch', { ...ASKED, return_ref: true, summary_chars: 3 }),
  step('answered by reference', 'dispatch', { ...ASKED, task: 'Again?', return_ref: true, summary_chars: 0 }),
  step('answered in JSON', 'dispatch', { agent: 'json', task: 'x', response_format: 'json' }),
  step('answered in no JSON', 'dispatch', { ...ASKED, response_format: 'json' }),
  step('answered after denials', 'dispatch', { agent: 'denied', task: 'x' }),
  step('failed', 'dispatch', { agent: 'fails', task: 'x' }),
  step('failed by reference', 'dispatch', { agent: 'fails', task: 'x', return_ref: true }),
  step('answered in part', 'dispatch', { agent: 'partial', task: 'x' }),
  step('out of money', 'dispatch', { agent: 'budget', task: 'x' }),
  step('not allowed', 'dispatch', { agent: 'forbidden', task: 'x' }),
  step('out of time', 'dispatch', { agent: 'hang', task: 'x', timeout_seconds: 10 }),
  step('sent with a group', 'dispatch', { ...ASKED, group: 'ops' }),
  step('sent with a group of others', 'dispatch', { agent: 'json', task: 'x', group: 'ops' }),
  step('sent with a group nobody knows', 'dispatch', { ...ASKED, group: 'nobody' }),
  step('sent to nobody', 'dispatch', { agent: 'nobody', task: 'x' }),
  step('sent with an odd format', 'dispatch', { ...ASKED, response_format: 'xml' }),
  step('streamed', 'dispatch_stream', ASKED),
  step('begun', 'dispatch_session', { agent: 'talk', task: 'Remember 7.' }),
  step('gone on', 'dispatch_session', ({ begun }) => ({
    agent: 'talk',
    task: 'Which?',
    session_id: begun.session_id,
  })),
  step('gone on with another', 'dispatch_session', ({ begun }) => ({
    agent: 'infra',
    task: 'x',
    session_id: begun.session_id,
  })),
  step('gone on with a flag', 'dispatch_session', { agent: 'talk', task: 'x', session_id: '--resume' }),
];

/** Several agents (R-AD-078 to R-AD-083, R-AD-087 to R-AD-091). */
const TOGETHER: readonly Step[] = [
  step('talked', 'dispatch_dialogue', { requester: 'infra', responder: 'expert', topic: 'the answer' }),
  step('talked with nobody', 'dispatch_dialogue', { requester: 'nobody', responder: 'expert', topic: 'x' }),
  step('side by side', 'dispatch_parallel', {
    dispatches: JSON.stringify([
      ASKED,
      { agent: 'fails', task: 'y' },
      { agent: 'infra', task: 'z', return_ref: true },
    ]),
  }),
  step('side by side, summed up', 'dispatch_parallel', {
    dispatches: [
      { agent: 'partial', task: 'y' },
      { agent: 'fails', task: 'y' },
    ],
    aggregate: 'expert',
  }),
  step('side by side in no JSON', 'dispatch_parallel', { dispatches: 'no' }),
  step('side by side with nothing', 'dispatch_parallel', { dispatches: '[]' }),
  step('side by side with no object', 'dispatch_parallel', { dispatches: '[1]' }),
  step('side by side with half a call', 'dispatch_parallel', { dispatches: '[{"agent":"infra"}]' }),
  step('side by side with an odd number', 'dispatch_parallel', {
    dispatches: '[{"agent":"infra","task":"x","timeout_seconds":"soon"}]',
  }),
  step('side by side with nobody', 'dispatch_parallel', { dispatches: '[{"agent":"nobody","task":"x"}]' }),
];

/** Jobs and what is kept (R-AD-099 to R-AD-111, R-AD-120, R-AD-121). */
const JOBS: readonly Step[] = [
  step('later', 'dispatch_async', { agent: 'infra', task: 'Later.', context: 'about it', caller: 'golden' }),
  step('later with nobody', 'dispatch_async', { agent: 'nobody', task: 'x' }),
  step('waited', 'dispatch_wait', ({ later }) => ({ job_id: later.job_id })),
  step('waited for nothing', 'dispatch_wait', { job_id: '0'.repeat(32) }),
  step('seen', 'dispatch_status', ({ later }) => ({ job_id: later.job_id })),
  step('seen with a bad id', 'dispatch_status', { job_id: '../etc' }),
  step('fetched', 'fetch_result', ({ later }) => ({ ref: later.job_id })),
  step('fetched a part', 'fetch_result', ({ later }) => ({ ref: later.job_id, max_chars: 4, offset: 4 })),
  step('fetched nothing', 'fetch_result', { ref: '0'.repeat(32) }),
  step('long', 'dispatch_async', { agent: 'hang', task: 'Never ends.' }),
  {
    ...step('long at work', 'dispatch_jobs', { status: 'running' }),
    until: (jobs) => jobs.length === 1 && jobs[0].last_progress !== undefined,
  },
  step('waited in vain', 'dispatch_wait', ({ long }) => ({ job_id: long.job_id, timeout_seconds: 1 })),
  step('called off', 'dispatch_cancel', ({ long }) => ({ job_id: long.job_id })),
  {
    // What it cost is known when its process has ended.
    ...step('called off at last', 'dispatch_status', ({ long }) => ({ job_id: long.job_id })),
    until: ({ result }) => result !== undefined,
  },
  step('called off twice', 'dispatch_cancel', ({ long }) => ({ job_id: long.job_id })),
  step('called off nothing', 'dispatch_cancel', { job_id: '0'.repeat(32) }),
  step('listed', 'dispatch_jobs'),
  step('listed by agent', 'dispatch_jobs', { agent: 'partial' }),
  step('listed by an odd status', 'dispatch_jobs', { status: 'lost' }),
  step('purged on trial', 'dispatch_gc', { max_age_days: 1e-8, dry_run: true }),
  step('purged young', 'dispatch_gc', { max_age_days: 7 }),
  step('purged with no age', 'dispatch_gc', { max_age_days: 0 }),
  step('cache', 'cache_stats'),
  step('cache cleared', 'cache_clear'),
  step('cache afterwards', 'cache_stats'),
];

/** Every tool, in an order in which each finds what it needs. */
export const MCP_SCRIPT: readonly Step[] = [...AGENTS, ...ONE, ...TOGETHER, ...JOBS];
