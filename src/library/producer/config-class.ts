import { type CamelNamed, camelCase } from '../ledger/camel-names.ts';
import { snakeOptions } from '../spelling.ts';

/** What of the configuration is ours alone, under the keys of `producer.yaml`. */
interface More {
  readonly more: Readonly<Record<string, unknown>>;
}

/** An object of the configuration; each field has its name in camelCase, too. */
export type ConfigObject<Fields> = CamelNamed<Fields> & More;

/** Its fields in either spelling, absent ones at their defaults; other keys are kept under `more`. */
export type ConfigFields<Fields> = Partial<CamelNamed<Fields>> & Readonly<Record<string, unknown>>;

/** A class of such objects, as ai-producer has them: plain fields that may be written. */
export function configClass<Fields extends object>(
  what: string,
  defaults: Fields,
): new (
  options?: ConfigFields<Fields>,
) => ConfigObject<Fields> {
  const Config = class {
    constructor(options: ConfigFields<Fields> = {}) {
      const { more = {}, ...given } = snakeOptions(what, options);
      const all = Object.entries(given);
      const ours = all.filter(([name]) => !Object.hasOwn(defaults, name));
      // In a file an empty value means the default.
      const theirs = all.filter(([name, value]) => Object.hasOwn(defaults, name) && value !== null);
      Object.assign(this, structuredClone(defaults), Object.fromEntries(theirs));
      Object.assign(this, { more: { ...(more as object), ...Object.fromEntries(ours) } });
      withCamelFields(this);
    }
  };
  Object.defineProperty(Config, 'name', { value: what });
  return Config as unknown as new (
    options?: ConfigFields<Fields>,
  ) => ConfigObject<Fields>;
}

/** Gives the fields of an object a second name in camelCase; both read and write the same value. */
export function withCamelFields(made: object): void {
  const fields = made as Record<string, unknown>;
  for (const name of Object.keys(fields)) {
    const twin = camelCase(name);
    if (twin === name) continue;
    Object.defineProperty(made, twin, {
      get: () => fields[name],
      set(value: unknown) {
        fields[name] = value;
      },
    });
  }
}
