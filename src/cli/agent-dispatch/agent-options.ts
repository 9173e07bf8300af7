import { type Command, InvalidArgumentError } from 'commander';
import { AppError } from '../../core/errors.ts';

/** The fields of an agent as flags (R-AD-132, R-AD-133, R-ADX-004, R-ADX-024). */
export function addAgentOptions(command: Command): Command {
  return command
    .option('-d, --description <text>', 'what the agent is for')
    .option('--timeout <seconds>', 'seconds a call may take', wholeNumber)
    .option('--model <model>', 'model it runs on')
    .option('--max-budget <dollars>', 'dollars one call may cost', dollars)
    .option('--max-budget-usd <dollars>', 'the same', dollars)
    .option('--permission-mode <mode>', 'default, plan, acceptEdits or bypassPermissions')
    .option('--allowed-tools <tools>', 'tools it may use, with commas between')
    .option('--disallowed-tools <tools>', 'tools it must not use, with commas between')
    .option('--capabilities <labels>', 'labels for what it can do, with commas between')
    .option('--risky-capabilities <labels>', 'labels for what needs care, with commas between')
    .option('--instructions <text>', 'standing orders sent with every task');
}

type Flags = Readonly<Record<string, unknown>>;

const TEXTS = [
  ['description', 'description'],
  ['model', 'model'],
  ['permissionMode', 'permission_mode'],
  ['allowedTools', 'allowed_tools'],
  ['disallowedTools', 'disallowed_tools'],
  ['capabilities', 'capabilities'],
  ['riskyCapabilities', 'risky_capabilities'],
  ['instructions', 'instructions'],
] as const;

/** What was given as fields of the operation: an empty text clears, which is `none` there. */
export function agentFieldsFrom(flags: Flags): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [flag, field] of TEXTS) {
    const value = flags[flag];
    if (value !== undefined) fields[field] = String(value).trim() === '' ? 'none' : value;
  }
  if (flags.timeout !== undefined) fields.timeout = flags.timeout;
  const budget = flags.maxBudget ?? flags.maxBudgetUsd;
  if (budget !== undefined) fields.max_budget_usd = budget;
  return fields;
}

function wholeNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text.trim())) throw new InvalidArgumentError(`'${text}' is not a valid integer.`);
  const seconds = Number(text);
  if (seconds > 0) return seconds;
  throw new AppError('invalid-input', `--timeout must be a positive number of seconds (got ${text}).`);
}

function dollars(text: string): number {
  if (/^[+-]?(nan|inf|infinity)$/i.test(text.trim())) {
    throw new AppError('invalid-input', '--max-budget must be a finite number.');
  }
  const amount = Number(text);
  if (text.trim() === '' || Number.isNaN(amount))
    throw new InvalidArgumentError(`'${text}' is not a valid number.`);
  if (!Number.isFinite(amount)) throw new AppError('invalid-input', '--max-budget must be a finite number.');
  if (amount >= 0) return amount;
  throw new AppError('invalid-input', `--max-budget must be >= 0 (got ${text}).`);
}
