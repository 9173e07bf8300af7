import { type SchemaModule, sql } from 'kysely';
import type { Migration, PresentShape } from '../../../store/migrate.ts';
import { LEDGER_STATUSES } from '../ledger-tables.ts';

const EMPTY_LIST = sql`'[]'`;
const oneOf = (column: string, values: readonly string[]) =>
  sql`${sql.ref(column)} in (${sql.join(values.map((value) => sql.lit(value)))})`;

/**
 * The six tables of ai-producer (R-PROD-020, 022, 025, 026, 028, 053), made where they are missing, and ours beside them.
 * A file of an older release gets the two columns it lacks (R-PROD-099).
 */
export const ledgerFirstShape: Migration = {
  version: 1,
  name: 'first-shape',
  up: (schema, present) => [
    tasks(schema),
    ...missingColumns(schema, present),
    index(schema, 'idx_tasks_status', 'tasks', ['status']),
    index(schema, 'idx_tasks_agent_owner', 'tasks', ['agent_owner']),
    index(schema, 'idx_tasks_agent_status_priority', 'tasks', [
      ...['agent_owner', 'status', 'priority', 'created_at'],
    ]),
    index(schema, 'idx_tasks_sprint', 'tasks', ['sprint_id']),
    decisions(schema),
    index(schema, 'idx_decisions_task_id', 'decisions', ['task_id']),
    index(schema, 'idx_decisions_agent', 'decisions', ['agent_owner']),
    assets(schema),
    index(schema, 'idx_asset_type', 'asset_registry', ['asset_type']),
    index(schema, 'idx_asset_agent', 'asset_registry', ['agent_id']),
    index(schema, 'idx_asset_disposition', 'asset_registry', ['disposition']),
    index(schema, 'idx_asset_timestamp', 'asset_registry', ['timestamp']),
    budget(schema),
    index(schema, 'idx_budget_date', 'budget', ['date']),
    index(schema, 'idx_budget_agent', 'budget', ['agent_owner']),
    auditLog(schema),
    index(schema, 'idx_audit_agent_ts', 'audit_log', ['agent_owner', 'timestamp']),
    index(schema, 'idx_audit_task', 'audit_log', ['task_id']),
    index(schema, 'idx_audit_action', 'audit_log', ['action']),
    prompts(schema),
    ...ownTables(schema),
  ],
};

const table = (schema: SchemaModule, name: string) => schema.createTable(name).ifNotExists();
const index = (schema: SchemaModule, name: string, of: string, columns: readonly string[]) =>
  schema
    .createIndex(name)
    .ifNotExists()
    .on(of)
    .columns([...columns]);

const missingColumns = (schema: SchemaModule, present: PresentShape) =>
  (
    [
      ['actual_cost_usd', 'real'],
      ['config_isolation', 'text'],
    ] as const
  )
    .filter(([name]) => present.hasTable('tasks') && !present.hasColumn('tasks', name))
    .map(([name, type]) => schema.alterTable('tasks').addColumn(name, type));

const tasks = (schema: SchemaModule) =>
  table(schema, 'tasks')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('agent_owner', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull().check(oneOf('status', LEDGER_STATUSES)))
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('parent_task_id', 'text', (c) => c.references('tasks.id').onDelete('set null'))
    .addColumn('dependencies', 'text', (c) => c.defaultTo(EMPTY_LIST))
    .addColumn('payload', 'text', (c) => c.defaultTo(sql`'{}'`))
    .addColumn('output_refs', 'text', (c) => c.defaultTo(EMPTY_LIST))
    .addColumn('priority', 'integer', (c) => c.notNull().defaultTo(3))
    .addColumn('sprint_id', 'text')
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('started_at', 'text')
    .addColumn('finished_at', 'text')
    .addColumn('retry_count', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('escalation_reason', 'text')
    .addColumn('cost_usd', 'real', (c) => c.notNull().defaultTo(0))
    .addColumn('actual_cost_usd', 'real')
    .addColumn('config_isolation', 'text');

const decisions = (schema: SchemaModule) =>
  table(schema, 'decisions')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('task_id', 'text', (c) => c.references('tasks.id').onDelete('set null'))
    .addColumn('agent_owner', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('decision_text', 'text', (c) => c.notNull())
    .addColumn('rationale', 'text', (c) => c.notNull())
    .addColumn('artifact', 'text')
    .addColumn('made_at', 'text', (c) => c.notNull());

const assets = (schema: SchemaModule) =>
  table(schema, 'asset_registry')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('asset_type', 'text', (c) =>
      c.notNull().check(oneOf('asset_type', ['art', 'audio', 'content', 'other'])),
    )
    .addColumn('path', 'text', (c) => c.notNull().unique())
    .addColumn('prompt', 'text')
    .addColumn('seed', 'text')
    .addColumn('api', 'text')
    .addColumn('model', 'text')
    .addColumn('model_version', 'text')
    .addColumn('retry_count', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('critic_verdicts', 'text', (c) => c.defaultTo(EMPTY_LIST))
    .addColumn('cost_usd', 'real', (c) => c.notNull().defaultTo(0))
    .addColumn('wall_clock_seconds', 'real', (c) => c.notNull().defaultTo(0))
    .addColumn('agent_id', 'text', (c) => c.notNull())
    .addColumn('task_id', 'text', (c) => c.references('tasks.id').onDelete('set null'))
    .addColumn('sha256', 'text')
    .addColumn('timestamp', 'text', (c) => c.notNull())
    .addColumn('disposition', 'text', (c) =>
      c
        .notNull()
        .defaultTo(sql`'shipped'`)
        .check(oneOf('disposition', ['shipped', 'escalated', 'killed', 'pending_qa'])),
    );

const budget = (schema: SchemaModule) =>
  table(schema, 'budget')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('agent_owner', 'text', (c) => c.notNull())
    .addColumn('date', 'text', (c) => c.notNull())
    .addColumn('spent_usd', 'real', (c) => c.notNull().defaultTo(0))
    .addColumn('hard_cap_usd', 'real', (c) => c.notNull())
    .addColumn('soft_cap_usd', 'real', (c) => c.notNull())
    .addUniqueConstraint('budget_of_day', ['agent_owner', 'date']);

const auditLog = (schema: SchemaModule) =>
  table(schema, 'audit_log')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('agent_owner', 'text', (c) => c.notNull())
    .addColumn('task_id', 'text')
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .addColumn('cost_usd', 'real', (c) => c.notNull().defaultTo(0))
    .addColumn('timestamp', 'text', (c) => c.notNull())
    .addColumn('prev_hash', 'text', (c) => c.notNull())
    .addColumn('row_hash', 'text', (c) => c.notNull().unique());

const prompts = (schema: SchemaModule) =>
  table(schema, 'prompts')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('system_prompt', 'text')
    .addColumn('user_prompt', 'text')
    .addColumn('tools_json', 'text')
    .addColumn('first_seen', 'text', (c) => c.notNull());

const ownTables = (schema: SchemaModule) => [
  schema
    .createTable('task_extras')
    .addColumn('task_id', 'text', (c) => c.primaryKey())
    .addColumn('labels', 'text', (c) => c.notNull())
    .addColumn('assignees', 'text', (c) => c.notNull())
    .addColumn('claim_token', 'text')
    .addColumn('created_by', 'text', (c) => c.unique())
    .addColumn('filed_by_run', 'text')
    .addColumn('moved_seq', 'integer', (c) => c.notNull()),
  index(schema, 'task_extras_by_run', 'task_extras', ['filed_by_run']),
  index(schema, 'task_extras_by_seq', 'task_extras', ['moved_seq']),
  schema
    .createTable('task_comments')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('task_id', 'text', (c) => c.notNull())
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('author', 'text')
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('task_comments_key', ['task_id', 'id']),
  ...runTables(schema),
  schema
    .createTable('ledger_roles')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('created_at', 'text', (c) => c.notNull()),
  schema
    .createTable('ledger_state')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull()),
];

const runTables = (schema: SchemaModule) => [
  schema
    .createTable('task_runs')
    .addColumn('run_id', 'text', (c) => c.primaryKey())
    .addColumn('task_id', 'text', (c) => c.notNull())
    .addColumn('agent', 'text', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('retry_count', 'integer', (c) => c.notNull())
    .addColumn('cost_micro_usd', 'integer', (c) => c.notNull())
    .addColumn('actual_cost_micro_usd', 'integer')
    .addColumn('computed_cost_micro_usd', 'integer')
    .addColumn('cost_unknown', 'integer', (c) => c.notNull())
    .addColumn('auth_mode', 'text')
    .addColumn('config_isolation', 'text')
    .addColumn('output_refs', 'text', (c) => c.notNull())
    .addColumn('tool_calls', 'text', (c) => c.notNull())
    .addColumn('prompt_hash', 'text')
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('session_id', 'text')
    .addColumn('turns', 'integer')
    .addColumn('duration_ms', 'integer', (c) => c.notNull())
    .addColumn('ended_at', 'bigint', (c) => c.notNull()),
  index(schema, 'task_runs_by_task', 'task_runs', ['task_id', 'ended_at']),
];
