import { AppError } from '../core/errors.ts';

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The options under their snake_case names, absent ones left out; `invalid-input` when one is given twice. */
export function snakeOptions(what: string, options: object): Record<string, unknown> {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new AppError('invalid-input', `${what}: options must be an object, like { queue_name: 'Todo' }`);
  }
  const known: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const plain = snakeCase(name);
    if (Object.hasOwn(known, plain)) {
      throw new AppError(
        'invalid-input',
        `${what}: ${plain} is given twice, in snake_case and in camelCase`,
        {
          hint: 'keep one of them',
          details: { field: plain },
        },
      );
    }
    known[plain] = value;
  }
  return known;
}
