import type { Difference } from './side-differences.ts';

/** Differences that one thing explains. */
export interface Cover {
  /** Whole name of the place, or what it must look like. */
  readonly place: string | RegExp;
  /** Absent = whatever it is about. */
  readonly of?: readonly string[];
  /** Absent = whatever stands there; null = it is not there. */
  readonly theirs?: string | RegExp | null;
  readonly ours?: string | RegExp | null;
}

/** A difference to ai-producer 0.3.5 that is meant. The texts are those of docs/moving-from-ai-producer.md. */
export interface Known {
  /** The requirement that decides it. */
  readonly requirement: string;
  readonly before: string;
  readonly now: string;
  readonly covers: readonly Cover[];
}

/** Tasks that ai-producer calls done whatever came of them. */
const BAD = ['refuses', 'empty'];
const ROLES = ['code', 'qa'];

/** Everything that is not the same after the evening, and why. */
export const KNOWN_DIFFERENCES: readonly Known[] = [
  {
    requirement: 'R-PROD-056',
    before: 'every run counted $0.00, since no model was named to the price table',
    now: 'what the agent says it cost is booked, of every try; else its tokens at the price of its model, else what was held',
    covers: [
      { place: 'tasks.cost_usd', theirs: '0' },
      { place: 'tasks.actual_cost_usd', of: ['refuses'], theirs: '0.03', ours: '0.09' },
      { place: 'tasks.actual_cost_usd', of: ['empty'], theirs: '0.04', ours: '0.12' },
      { place: 'budget.spent_usd', of: ROLES, theirs: '0' },
      { place: /^audit_log cost of the role(?:\.(?:cost|delta|spent)_usd)?$/ },
      { place: /^audit_log task_completed\.(?:cost|computed_cost)_usd$/, theirs: '0' },
      { place: 'report ## Spend' },
      { place: 'report ## Pricing drift' },
    ],
  },
  {
    requirement: 'R-PROD-014',
    before: 'each dispatch was booked as $0.05 of the role `producer`, on top of what that role spent itself',
    now: 'nothing is booked that was not spent; [`dispatch_fee_usd`](budgets.md#a-fee-for-each-dispatch) for who wants it',
    covers: [
      { place: 'budget.spent_usd', of: ['producer'], theirs: '0.75', ours: '0.11' },
      { place: /^audit_log cost of producer(?:\.(?:api|(?:cost|delta|spent)_usd))?$/ },
    ],
  },
  {
    requirement: 'R-PROD-043',
    before: '`done` was whatever did not raise: also a result that is an error, and nothing at all',
    now: 'the result decides; both are failed tries, and the third one goes to a person',
    covers: [
      { place: 'tasks.status', of: BAD, theirs: 'done', ours: 'escalated' },
      { place: 'tasks.retry_count', of: BAD, theirs: '0', ours: '3' },
      {
        place: 'tasks.escalation_reason',
        of: BAD,
        theirs: 'null',
        ours: /^failed 3× \(max 3\); last error: /,
      },
      { place: 'calls', of: BAD, theirs: '1', ours: '3' },
      { place: 'decisions', of: BAD.map((task) => `${task} dispatch`), theirs: '1', ours: '3' },
      { place: 'decisions', of: BAD.map((task) => `${task} escalate`), theirs: null },
      { place: 'audit_log order', of: BAD, theirs: 'dispatch task_completed' },
      { place: 'audit_log dispatch', of: BAD, theirs: '1', ours: '3' },
      { place: 'audit_log task_completed', of: BAD, ours: null },
      { place: /^audit_log (?:task_failed|escalation)$/, of: BAD, theirs: null },
      { place: 'file', of: BAD.map((task) => `escalations/${task}.md`), theirs: null },
      { place: 'report ## Shipped overnight' },
    ],
  },
  {
    requirement: 'R-PROD-049',
    before: 'a task over its budget was escalated at once, with a file each',
    now: 'it waits as `pending` until the cap allows it; `on_budget: escalate` for one case a day',
    covers: [
      { place: 'tasks.status', of: ['poster'], theirs: 'escalated', ours: 'pending' },
      { place: 'tasks.finished_at', of: ['poster'], theirs: '<time>', ours: 'null' },
      { place: 'tasks.escalation_reason', of: ['poster'], theirs: /^budget breached pre-/, ours: 'null' },
      { place: 'decisions', of: ['poster escalate'], theirs: '1', ours: null },
      { place: /^audit_log (?:escalation|order)$/, of: ['poster'], ours: null },
      { place: 'file', of: ['escalations/poster.md'], theirs: 'there', ours: null },
      { place: 'report ## Awaiting your sign-off' },
      { place: 'stdout', of: ['task list', 'task list --status escalated'] },
    ],
  },
  {
    requirement: 'R-PROD-106',
    before:
      'the last error of a run that broke off was that of the SDK, always `Command failed with exit code 1 …`',
    now: 'it is what the agent left: its exit code and the end of what it wrote to stderr',
    covers: [
      {
        place: 'tasks.escalation_reason',
        of: ['hopeless', 'flaky'],
        theirs: /invocation error: Command failed/,
        ours: /No result received \(exit code 1\)/,
      },
      {
        place: 'audit_log task_failed.error',
        of: ['hopeless', 'flaky'],
        theirs: /^invocation error: /,
        ours: /^No result received/,
      },
      { place: 'audit_log escalation.reason', of: ['hopeless'] },
      { place: 'decisions.rationale', of: ['hopeless escalate'] },
      { place: 'escalation Reason', of: ['escalations/hopeless.md'] },
    ],
  },
  {
    requirement: 'R-PROD-040',
    before: '`output_refs` and `tool_calls` were always empty',
    now: 'they name what the agent wrote and used',
    covers: [
      { place: 'tasks.output_refs', of: ['design', 'build', 'library'], theirs: '[]', ours: /out/ },
      { place: 'audit_log task_completed.output_refs', theirs: '[]', ours: /out/ },
      { place: 'audit_log task_completed.tool_calls', theirs: '[]', ours: /Write/ },
    ],
  },
  {
    requirement: 'R-PROD-026',
    before: 'assets were what agents registered themselves',
    now: 'files of a run that ended well are registered, too',
    covers: [
      {
        place: 'asset_registry',
        of: ['out/design.md', 'out/cart.ts', 'out/README.md'],
        theirs: null,
        ours: '1',
      },
      { place: 'audit_log asset', theirs: null },
      { place: 'report ## Assets registered today' },
    ],
  },
  {
    requirement: 'R-PROD-020',
    before: 'the table `prompts` stayed empty',
    now: 'what was sent is kept, once for each text',
    covers: [{ place: 'prompts', of: ['runs'], theirs: null }],
  },
  {
    requirement: 'R-PROD-024',
    before: 'a task filed by an agent on the command line did not say by whom',
    now: 'the task at work is its parent, and the trail names the run',
    covers: [
      { place: 'tasks.parent_task_id', of: ['Prüfung'], theirs: 'null', ours: 'handoff' },
      { place: /^audit_log task_inserted\.(?:agent_owner|caused_by_task_id|run_id)$/, of: ['Prüfung'] },
    ],
  },
  {
    requirement: 'R-PROD-025',
    before: '`Routed task … to code`, `Escalated … to human` in `decisions`',
    now: 'the same kinds in other words; the reservation stands with the money, not in the reason',
    covers: [
      { place: 'decisions.decision_text', theirs: /^(?:Routed task|Escalated) /, ours: /^Gave / },
      {
        place: 'decisions.rationale',
        theirs: /^agent_owner=.*; deps satisfied; reservation=/,
        ours: /^it is owned by /,
      },
      { place: 'audit_log dispatch.reservation_usd', ours: null },
    ],
  },
  {
    requirement: 'R-PROD-029',
    before: 'the trail knew no requeue, no decision, no run; each pass left `producer_boot_once`',
    now: 'it has them; where a worker started and who stopped everything is told by `dispatch audit`',
    covers: [
      { place: /^audit_log (?:task_requeued|decision)$/, theirs: null },
      { place: /^audit_log (?:dispatch|task_completed)\.run_id$/, theirs: null },
      { place: 'audit_log cost of the role.api', theirs: 'claude_agent_sdk', ours: 'api' },
      { place: 'audit_log escalation.path', ours: null },
      { place: 'audit_log escalation.from', theirs: null },
      { place: /^audit_log (?:producer_boot_once|kill_switch_observed)$/, of: ['no task'], ours: null },
    ],
  },
  {
    requirement: 'R-PROD-066',
    before: 'an escalation file with a description of several lines was indented into one code block',
    now: 'its headings start at column 0; attempts, last output, decisions and commands follow',
    covers: [
      { place: 'escalation indent', of: ['escalations/hopeless.md'], theirs: '8', ours: '0' },
      { place: 'escalation ## Recommended action' },
      { place: /^escalation ## (?:Attempts|Last output|Decisions|Commands)$/, theirs: null },
    ],
  },
  {
    requirement: 'R-PROD-037',
    before:
      'a payload, or a second line of the description, indented the whole prompt; `ü` of a payload was `\\u00fc`',
    now: 'the layout is the same for every task, the payload is readable',
    covers: [
      {
        place: 'call prompt',
        of: ['design', 'hopeless', 'Prüfung', 'Nachgereicht'],
        theirs: /^ {12}You/,
        ours: /^You/,
      },
    ],
  },
  {
    requirement: 'R-PROD-038',
    before: 'the operating contract named calls of Python',
    now: 'it names the command line, MCP and HTTP; the calls of Python still work',
    covers: [{ place: 'call contract', of: ['all'] }],
  },
  {
    requirement: 'R-PROD-015',
    before: '`allowed_tools` was a suggestion',
    now: 'what is not on the list cannot be used, in every mode',
    covers: [{ place: 'call --tools', theirs: 'not given' }],
  },
  {
    requirement: 'R-PROD-092',
    before:
      'one isolated configuration folder for all roles, never removed; kept only of runs that ended well',
    now: 'one for each run, outside of the project, removed afterwards; kept of every run; git never asks for a password',
    covers: [
      { place: 'file', of: ['.claude'], theirs: 'there', ours: null },
      { place: 'call CLAUDE_CONFIG_DIR', theirs: '<project>/agent-state/.claude' },
      { place: 'call GIT_TERMINAL_PROMPT', theirs: 'not set', ours: '0' },
      { place: 'tasks.config_isolation', of: ['hopeless'], theirs: 'null', ours: 'isolated' },
    ],
  },
  {
    requirement: 'R-PROD-059',
    before: 'stale prices were told with every start',
    now: 'once, until they are new again',
    covers: [{ place: 'needs-attention pricing', ours: '1' }],
  },
  {
    requirement: 'R-PROD-081',
    before: 'escalations, a stop and stale prices were told to nobody',
    now: 'each is a notice, in `needs-attention.md` and wherever you want it',
    covers: [
      { place: 'needs-attention subjects', theirs: '' },
      { place: 'audit_log notify_human', theirs: null },
    ],
  },
  {
    requirement: 'R-PROD-075',
    before: 'the report knew four anomalies and one format',
    now: 'it also tells what is stuck, blocked or tried again and again, how it compares, and comes as JSON, too',
    covers: [
      { place: 'report ## Anomalies' },
      { place: 'report ## Trend', theirs: null },
      { place: 'file', of: ['morning-report-<day>.json'], theirs: null },
    ],
  },
];

/** Whether this is one of the differences that are meant here. */
export function covers({ place, of, theirs, ours }: Cover, difference: Difference): boolean {
  return (
    matches(place, difference.place) &&
    (of === undefined || of.includes(difference.of)) &&
    (theirs === undefined || matches(theirs, difference.theirs)) &&
    (ours === undefined || matches(ours, difference.ours))
  );
}

const matches = (wanted: string | RegExp | null, value: string | null): boolean =>
  wanted instanceof RegExp ? value !== null && wanted.test(value) : wanted === value;

/** The rows of the page for people who move. */
export const differenceRows = (): readonly string[] =>
  KNOWN_DIFFERENCES.map(({ requirement, before, now }) => `| ${before} | ${now} | ${requirement} |`);
