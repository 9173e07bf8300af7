import type { Operation } from './operation.ts';

/** Which methods a path has; empty when the path is unknown. Used only after no route was found. */
export type AllowedMethods = (path: string) => readonly string[];

/** Finds the paths of the table with their parameters filled in. */
export function createAllowedMethods(operations: readonly Operation[]): AllowedMethods {
  const patterns = operations.flatMap(({ http }) =>
    http === undefined
      ? []
      : [http.path, ...(http.also ?? [])].map((path) => ({
          pattern: new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}/?$`),
          method: http.method,
        })),
  );
  return (path) => {
    const methods = patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  };
}
