import { z } from 'zod';
import { DispatchConfig } from '../../core/schema/config.ts';

/** The text of the JSON Schema that editors use for `dispatch.yaml`. */
export function configJsonSchema(): string {
  const schema = z.toJSONSchema(DispatchConfig, { io: 'input', target: 'draft-7' });
  const { $schema, ...rest } = schema;
  const named = { $schema, title: 'dispatch.yaml', description: 'Configuration of Dispatch', ...rest };
  return `${JSON.stringify(named, null, 2)}\n`;
}
