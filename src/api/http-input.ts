import { z } from 'zod';
import { invalidInput } from '../core/errors.ts';
import type { HttpBinding } from './operation.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Where each field of an operation's input stands in its HTTP request. */
export interface InputPlaces {
  readonly params: readonly string[];
  /** Name and how its text is read. */
  readonly query: ReadonlyMap<string, (text: unknown) => unknown>;
  readonly body: readonly string[];
}

/** Path parameters by their name, the rest in the body where the method has one, else in the query. */
export function placesOf(http: HttpBinding, input: z.ZodObject): InputPlaces {
  const params = [...http.path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
  const rest = Object.keys(input.shape).filter((name) => !params.includes(name));
  const hasBody = http.method === 'POST' || http.method === 'PATCH';
  const types = jsonTypes(input);
  const inQuery = (name: string): boolean => !hasBody || (http.query ?? []).includes(name);
  return {
    params,
    query: new Map(rest.filter(inQuery).map((name) => [name, readerOf(types.get(name))])),
    body: rest.filter((name) => !inQuery(name)),
  };
}

/** Path, query and body as one input; the path wins, and a body that names something else is an error. */
export function mergeInput(places: InputPlaces, params: Fields, query: Fields, body: Fields): Fields {
  const merged: Record<string, unknown> = {};
  for (const [name, read] of places.query) if (query[name] !== undefined) merged[name] = read(query[name]);
  for (const name of places.body) if (Object.hasOwn(body, name)) merged[name] = body[name];
  for (const name of places.params) {
    // Another path of the same operation leaves it out.
    if (params[name] === undefined) continue;
    if (Object.hasOwn(body, name) && !places.body.includes(name) && body[name] !== params[name]) {
      invalidInput(name, 'differs from the one in the path', 'leave it out of the body');
    }
    merged[name] = params[name];
  }
  return merged;
}

/** Names that the operation does not know; ignored, but worth a debug line (R-ART-079). */
export function unknownNames(places: InputPlaces, query: Fields, body: Fields): string[] {
  const known = new Set([...places.params, ...places.query.keys(), ...places.body]);
  return [...Object.keys(query), ...Object.keys(body)].filter((name) => !known.has(name));
}

function jsonTypes(input: z.ZodObject): Map<string, unknown> {
  const { properties = {} } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  return new Map(
    Object.entries(properties).map(([name, schema]) => [
      name,
      typeof schema === 'boolean' ? undefined : schema.type,
    ]),
  );
}

/** A query has only text: numbers and flags are read from it, and anything else is left for the schema to refuse. */
function readerOf(type: unknown): (text: unknown) => unknown {
  if (type === 'integer' || type === 'number') {
    return (text) => (typeof text === 'string' && text.trim() !== '' ? Number(text) : text);
  }
  if (type === 'boolean') return (text) => FLAGS.get(String(text)) ?? text;
  return (text) => text;
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['no', false],
]);
