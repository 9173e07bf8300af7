type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** The same methods under two spellings: `claim_task` and `claimTask`; a method with one stays one, to be overridden. */
export type CamelNamed<T> = T & {
  [Name in keyof T & string as CamelCase<Name> extends Name ? never : CamelCase<Name>]: T[Name];
};

/** `claim_task` → `claimTask`. */
export const camelCase = (name: string): string =>
  name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Gives a class its methods under their camelCase names, too. */
export function withCamelNames<T extends object, Args extends unknown[]>(
  made: new (...args: Args) => T,
): new (
  ...args: Args
) => CamelNamed<T> {
  for (const name of Object.getOwnPropertyNames(made.prototype)) {
    const twin = camelCase(name);
    const method = Object.getOwnPropertyDescriptor(made.prototype, name);
    if (twin !== name && method !== undefined) Object.defineProperty(made.prototype, twin, method);
  }
  return made as new (
    ...args: Args
  ) => CamelNamed<T>;
}
