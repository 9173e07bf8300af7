import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { updatePrices } from '../../src/adapters/pricing/update-prices.ts';
import { aFolder, aProject, runCli } from '../helpers/cli.ts';
import { aPriceSource, providerData } from '../helpers/price-source.ts';

const RATES = {
  input_per_mtok_usd: 4,
  output_per_mtok_usd: 20,
  cache_creation_per_mtok_usd: 5,
  cache_read_per_mtok_usd: 0.2,
};
const OPUS = { id: 'claude-opus-5-5', prices: { input_mtok: 4, output_mtok: 21 } };
const CACHED = { ...OPUS, prices: { ...OPUS.prices, cache_write_mtok: 5, cache_read_mtok: 0.2 } };

/** A project whose prices come from there; its price file is not written yet. */
function aShop(url: string) {
  const { folder, env } = aProject({
    config: `project: shop\nboard: board.json\npricing: { file: own/prices.json, source_url: "${url}" }\n`,
  });
  const file = join(folder, 'own', 'prices.json');
  const run = (...args: string[]) => runCli(['pricing', ...args], { cwd: folder, env });
  return { file, run };
}

test('update says what changed, writes it once, and then nothing (R-PROD-057, R-PROD-058)', async () => {
  const source = await aPriceSource(providerData([CACHED]));
  const { file, run } = aShop(source.url);
  const change = 'claude-opus-5-5:\n  output_per_mtok_usd: 20.0000 → 21.0000\n';
  const dry = await run('update', '--dry-run');
  expect(dry).toMatchObject({ exitCode: 0, stdout: `${change}(dry run — no file written)\n` });
  expect(existsSync(file)).toBe(false);
  expect(await run('update')).toMatchObject({ exitCode: 0, stdout: change });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    last_updated: new Date().toISOString().slice(0, 10),
    ...{ source_url: source.url, currency: 'USD' },
    models: { 'claude-opus-5-5': { ...RATES, output_per_mtok_usd: 21 } },
  });
  expect(await run('update')).toMatchObject({ exitCode: 0, stdout: 'No rate changes.\n' });
  const shown = JSON.parse((await run('show', '--json')).stdout);
  expect(shown).toMatchObject({ file, age_days: 0, stale: false });
  expect(shown.models['claude-opus-5-5'].output_per_mtok_usd).toBe(21);
  expect(shown.models['claude-sonnet-4-5'].output_per_mtok_usd).toBe(15);
});

test('update takes a price list in the shape of pricing.json, too, and keeps models of your own (R-PROD-058)', async () => {
  const table = { last_updated: '2026-05-06', source_url: 'elsewhere', currency: 'USD' };
  const source = await aPriceSource(JSON.stringify({ ...table, models: { mine: RATES } }));
  const { file, run } = aShop(source.url);
  expect((await run('update')).stdout).toContain('mine:\n  input_per_mtok_usd: <absent> → 4.0000\n');
  source.answer = { status: 200, body: JSON.stringify({ ...table, models: { other: RATES } }) };
  expect((await run('update')).exitCode).toBe(0);
  const kept = JSON.parse(readFileSync(file, 'utf8'));
  expect(Object.keys(kept.models)).toEqual(['mine', 'other']);
  expect(kept).toMatchObject({ last_updated: '2026-05-06', source_url: source.url });
  const { stderr } = await run('show');
  expect(stderr).toMatch(/the prices are \d+ days old: dispatch pricing update/);
});

test('a bad answer leaves the old file as it is: exit code 1, one line (R-PROD-058)', async () => {
  const source = await aPriceSource(providerData([CACHED]));
  const { file, run } = aShop(source.url);
  const update = () => updatePrices({ file, url: source.url, dryRun: false, nowMs: Date.now() });
  await update();
  const before = readFileSync(file, 'utf8');
  for (const [status, body, why] of [
    [500, 'oops', /it answered 500/],
    [200, '<html>', /it is no JSON/],
    [200, '[{"id":', /no JSON/],
    [200, providerData([]), /names no prices/],
    [200, providerData([{ id: 'x', prices: { input_mtok: 5000, output_mtok: 1 } }]), /names no prices/],
    [200, '{"models":{}}', /last_updated/],
    [200, 'null', /cannot be used/],
  ] as const) {
    source.answer = { status, body };
    await expect(update()).rejects.toThrow(why);
    expect(readFileSync(file, 'utf8')).toBe(before);
  }
  const { exitCode, stdout, stderr } = await run('update');
  expect([exitCode, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^error: no prices from .*; the prices stay as they are\n$/);
});

test('nobody answers: one line, exit code 1 (R-PROD-058)', async () => {
  const { file, run } = aShop('http://127.0.0.1:1/prices.json');
  const { exitCode, stderr } = await run('update');
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^error: no prices from http:\/\/127\.0\.0\.1:1\/prices\.json: .+\n$/);
  expect(existsSync(file)).toBe(false);
});

test('without a project the prices of the program are shown, with those of the user on top (R-PROD-057)', async () => {
  const home = aFolder();
  const options = { cwd: home, env: { HOME: home, XDG_STATE_HOME: join(home, 'state') } };
  const { stdout, exitCode } = await runCli(['pricing', 'show'], options);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^MODEL +INPUT +OUTPUT +CACHE WRITE +CACHE READ/);
  expect(stdout).toMatch(/claude-sonnet-4-5 +3\.0000 +15\.0000 +3\.7500 +0\.3000/);
});

test('a price file that cannot be used is named, with what is wrong (R-PROD-058)', async () => {
  const { folder, env } = aProject({
    config: 'project: shop\nboard: board.json\npricing: { file: prices.json }\n',
  });
  writeFileSync(join(folder, 'prices.json'), '{"last_updated":"2026-01-01","currency":"EUR"}');
  const { exitCode, stderr } = await runCli(['pricing', 'show'], { cwd: folder, env });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/unusable prices in .*prices\.json: \S+/);
});
