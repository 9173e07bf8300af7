// Writes the JSON Schema of dispatch.yaml, which editors use for completion, out of the schema that reads it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configJsonSchema } from '../../src/adapters/config/json-schema.ts';

const target = join(dirname(fileURLToPath(import.meta.url)), '../../docs/schema/dispatch.schema.json');
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, configJsonSchema());
