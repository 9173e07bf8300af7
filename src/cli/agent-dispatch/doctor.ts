import type { Command } from 'commander';
import { act, type Cli, type Runtime } from '../cli.ts';
import { neutralise } from '../neutralise.ts';
import { type Check, examineAgents } from './examine.ts';

/** `doctor` (R-AD-138, R-ADX-009, R-ADX-026, R-ADX-034, R-ADX-036). */
export function addDoctor(runtime: Runtime, program: Command): void {
  program
    .command('doctor')
    .description('Check everything and say what mends it')
    .option('--json', 'print JSON')
    .option('--strict', 'let warnings fail, too')
    .action(
      act(runtime, async (cli, { flags }) => {
        const checks = await examineAgents(cli.io);
        const issues = count(checks, 'fail');
        const warnings = count(checks, 'warn');
        if (flags.json === true) {
          const status = issues > 0 ? 'fail' : warnings > 0 ? 'warn' : 'ok';
          cli.out.document({ schema_version: 1, status, issues, warnings, checks });
        } else print(cli, checks, summary(issues, warnings));
        return issues > 0 || (flags.strict === true && warnings > 0) ? 1 : 0;
      }),
    );
}

const count = (checks: readonly Check[], status: Check['status']): number =>
  checks.filter((check) => check.status === status).length;

const MARKS = { ok: 'OK', warn: 'WARN', fail: 'FAIL' } as const;

function print({ io }: Cli, checks: readonly Check[], end: string): void {
  let section = '';
  for (const check of checks) {
    if (check.section !== section) io.stdout.write(`\n${check.section}\n`);
    section = check.section;
    io.stdout.write(`  [${MARKS[check.status]}] ${neutralise(check.message)}\n`);
    for (const detail of check.details) io.stdout.write(`    ${neutralise(detail)}\n`);
  }
  io.stdout.write(`\nSummary\n${end}\n`);
}

function summary(issues: number, warnings: number): string {
  if (issues === 0 && warnings === 0) return 'All checks passed.';
  const parts = [...some(issues, 'issue'), ...some(warnings, 'warning')];
  return parts.join(', ');
}

const some = (number: number, word: string): string[] =>
  number === 0 ? [] : [`${number} ${word}${number === 1 ? '' : 's'}`];
