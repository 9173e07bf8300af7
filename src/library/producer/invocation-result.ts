import type { CamelNamed } from '../ledger/camel-names.ts';
import { snakeOptions } from '../spelling.ts';
import { withCamelFields } from './config-class.ts';

/** A tool that an agent asked for. */
export interface ToolCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Fields of an {@link InvocationResult}; only `text` is needed. */
export interface InvocationFields {
  /** Everything the agent said, its texts joined by line ends. */
  readonly text: string;
  /** The same as `computed_cost_usd`. */
  readonly cost_usd?: number;
  /** Tokens × price, dollars. */
  readonly computed_cost_usd?: number;
  /** Dollars as the agent itself told; null = it did not. */
  readonly actual_cost_usd?: number | null;
  /** `input_tokens`, `output_tokens`, `cache_creation_input_tokens`, `cache_read_input_tokens`. */
  readonly usage?: Readonly<Record<string, number>>;
  readonly auth_mode?: 'api' | 'subscription';
  readonly config_isolation?: 'isolated' | 'inherit';
  readonly tool_calls?: readonly ToolCall[];
  readonly raw_messages?: readonly unknown[];
  /** Why it ended badly although it had done something; null = it ended well. */
  readonly sdk_error?: string | null;
}

const DEFAULTS: Required<InvocationFields> = {
  ...{ text: '', cost_usd: 0, computed_cost_usd: 0, actual_cost_usd: null, usage: {} },
  ...{ auth_mode: 'api', config_isolation: 'isolated', tool_calls: [], raw_messages: [], sdk_error: null },
};

/** What one call of an agent came to (R-PROD-097); each field also has its name in camelCase. */
export const InvocationResult = class InvocationResult {
  constructor(fields: InvocationFields) {
    const given = snakeOptions('InvocationResult', fields) as Partial<InvocationFields>;
    const cost = given.computed_cost_usd || given.cost_usd || 0;
    Object.assign(this, DEFAULTS, given, { cost_usd: cost, computed_cost_usd: cost });
    withCamelFields(this);
  }
} as unknown as new (
  fields: InvocationFields,
) => InvocationResult;
export type InvocationResult = CamelNamed<Required<InvocationFields>>;
