import type { PromptFault, Vocabulary } from './vocabulary.ts';

type Problem = Omit<PromptFault, 'line'>;

const VARIABLE = /\$\{?(?:DISPATCH|ARTIFICER)_API_URL\}?(\/[^\s'"`)]*)/g;
const LOCAL = /https?:\/\/(?:127\.0\.0\.1|localhost):(\d+)(\/[^\s'"`)]*)/g;
const BARE = /\b(GET|POST|PUT|PATCH|DELETE)\s+(\/[^\s'"`)]*)/g;
const METHOD = /(?:-X|--request)[\s=]*(GET|POST|PUT|PATCH|DELETE)\b/;

/** Requests to our HTTP API on a line of code that it does not know. */
export function unknownEndpoints(code: string, { endpoints, apiPort }: Vocabulary): readonly Problem[] {
  const asked = METHOD.exec(code)?.[1] ?? null;
  const calls = [
    ...[...code.matchAll(VARIABLE)].map(([, path = '']) => ({ method: asked, path })),
    ...[...code.matchAll(LOCAL)].flatMap(([, port, path = '']) =>
      Number(port) === apiPort ? [{ method: asked, path }] : [],
    ),
    ...[...code.matchAll(BARE)].flatMap(([, method = '', path = '']) =>
      // It may be of what the role builds: only what begins like one of ours is taken for ours.
      endpoints.some((one) => partsOf(one.path)[0] === partsOf(path)[0]) ? [{ method, path }] : [],
    ),
  ];
  return calls.flatMap(({ method, path }) => {
    const known = endpoints.filter((one) => isSamePath(partsOf(one.path), partsOf(path)));
    const fix = 'docs/http-api.md and GET /openapi.json list what there is';
    if (known.length === 0) return { text: `the HTTP API has no ${path}`, fix };
    if (method === null || known.some((one) => one.method === method)) return [];
    const methods = [...new Set(known.map((one) => one.method))].join(', ');
    return { text: `the HTTP API has no ${method} ${path}`, fix: `it takes ${methods}; ${fix}` };
  });
}

const partsOf = (path: string): readonly string[] =>
  path
    .replace(/[?#].*$/, '')
    .replace(/[.,;:]$/, '')
    .split('/')
    .filter((part) => part !== '');

const isSamePath = (known: readonly string[], asked: readonly string[]): boolean =>
  known.length === asked.length &&
  known.every((part, index) => part.startsWith(':') || part === asked[index]);
