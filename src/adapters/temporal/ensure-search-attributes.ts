import type { Client } from '@temporalio/client';
import { AppError, messageOf } from '../../core/errors.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';

/** The server's number for a keyword. */
const KEYWORD = 2;

/** Our search attributes that this namespace does not have. */
export async function missingSearchAttributes({ connection, options }: Client): Promise<string[]> {
  const { namespace } = options;
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return SEARCH_ATTRIBUTES.filter((name) => customAttributes?.[name] === undefined);
}

/** The command that registers one of them. */
export function registerLine(
  name: string,
  { address, namespace }: { address: string; namespace: string },
): string {
  return `temporal operator search-attribute create --name ${name} --type Keyword --namespace ${namespace} --address ${address}`;
}

/** Registers what is missing; where that is not allowed the error says how somebody else can. */
export async function ensureSearchAttributes(client: Client, address: string): Promise<void> {
  const { namespace } = client.options;
  const missing = await missingSearchAttributes(client);
  if (missing.length === 0) return;
  try {
    const searchAttributes = Object.fromEntries(missing.map((name) => [name, KEYWORD]));
    await client.connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  } catch (cause) {
    throw new AppError(
      'temporal-unavailable',
      `search attributes are missing and cannot be registered: ${messageOf(cause)}`,
      {
        hint: `run:\n${missing.map((name) => `  ${registerLine(name, { address, namespace })}`).join('\n')}`,
        details: { missing },
        cause,
      },
    );
  }
}
