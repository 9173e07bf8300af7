import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aProject, runCli } from '../helpers/cli.ts';

const CONFIG = `
project: shop
board: board.json
reports_dir: reports
command: echo
temporal: { address: 127.0.0.1:1 }
api_port: 0
`;
const project = () => aProject({ config: CONFIG, board: { Todo: [] } });

test('the report is written without any server; its path alone is printed (R-PROD-071, R-PROD-104)', async () => {
  const { folder, env } = project();
  const result = await runCli(['report', '--date', '2026-11-20'], { cwd: folder, env });
  const path = join(folder, 'reports', 'morning-report-20261120.md');
  expect(result).toMatchObject({ exitCode: 0, stdout: `${path}\n` });
  expect(readFileSync(path, 'utf8')).toMatch(/^# shop — Morning Report 2026-11-20\n/);
  const json = await runCli(['report', '--json', '--date', '2026-11-20'], { cwd: folder, env });
  expect(JSON.parse(json.stdout)).toMatchObject({ date: '2026-11-20', path });
});

test('a page is written when it is asked for, and kept up to date from then on (R-PROD-075, R-PROD-104)', async () => {
  const { folder, env } = project();
  const report = async (...more: string[]) =>
    (await runCli(['report', '--date', '2026-11-20', ...more], { cwd: folder, env })).stdout;
  const path = (kind: string) => join(folder, 'reports', `morning-report-20261120.${kind}`);
  expect(await report('--format', 'json')).toBe(`${path('json')}\n`);
  expect(existsSync(path('html'))).toBe(false);
  expect(await report('--format', 'html')).toBe(`${path('html')}\n`);
  expect(readFileSync(path('html'), 'utf8')).toContain('<h1>shop — Morning Report 2026-11-20</h1>');
  writeFileSync(path('html'), 'old');
  expect(await report()).toBe(`${path('md')}\n`);
  expect(readFileSync(path('html'), 'utf8')).not.toBe('old');
});

test('report_html keeps every report as a page (R-PROD-075)', async () => {
  const { folder, env } = aProject({ config: `${CONFIG}report_html: true\n`, board: { Todo: [] } });
  await runCli(['report', '--date', '2026-11-20'], { cwd: folder, env });
  expect(existsSync(join(folder, 'reports', 'morning-report-20261120.html'))).toBe(true);
});

test.each(['not-a-date', '2026-02-30', '../../x', '2999-01-01'])(
  'the date %j is refused with exit code 2, and nothing is written (R-PROD-071)',
  async (date) => {
    const { folder, env } = project();
    const result = await runCli(['report', '--date', date], { cwd: folder, env });
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toContain('date');
    expect(existsSync(join(folder, 'reports'))).toBe(false);
  },
);

test('what needs attention is listed, also as JSON (R-PROD-080)', async () => {
  const { folder, env } = project();
  expect(await runCli(['notices'], { cwd: folder, env })).toMatchObject({
    ...{ exitCode: 0, stdout: 'Nothing needs attention.\n' },
  });
  expect(JSON.parse((await runCli(['notices', '--all', '--json'], { cwd: folder, env })).stdout)).toEqual([]);
});
