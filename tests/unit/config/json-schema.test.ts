import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ENVIRONMENT_VARIABLES } from '../../../src/adapters/config/environment.ts';
import { configJsonSchema } from '../../../src/adapters/config/json-schema.ts';
import { DispatchConfig, RouteEntry } from '../../../src/core/schema/config.ts';
import { load } from './config-folder.ts';

const published = new URL('../../../docs/schema/dispatch.schema.json', import.meta.url);
const guide = new URL('../../../docs/configuration.md', import.meta.url);

test('the published JSON Schema is the one the reader uses; mend it with: npm run generate', () => {
  expect(readFileSync(published, 'utf8')).toBe(configJsonSchema());
});

test('every key and every variable is in the guide', () => {
  const text = readFileSync(guide, 'utf8');
  const keys = [
    ...Object.keys(DispatchConfig.shape),
    ...Object.keys(RouteEntry.shape),
    ...Object.keys(ENVIRONMENT_VARIABLES),
  ];
  expect(keys.filter((key) => !text.includes(`\`${key}\``))).toEqual([]);
});

test('the examples of the guide load without a note', async () => {
  const blocks = [...readFileSync(guide, 'utf8').matchAll(/```yaml\n(.*?)```/gs)].map(
    ([, text]) => text ?? '',
  );
  expect(blocks.length).toBeGreaterThanOrEqual(3);
  for (const text of blocks) expect((await load(text)).notes).toEqual([]);
});
