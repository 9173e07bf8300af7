import { onTestFinished } from 'vitest';
import { startApi } from '../../src/compose-api.ts';
import type { TestProject } from './project.ts';

/** The HTTP API of a project, on a free port, until the test ends. */
export async function anApi({ project }: TestProject) {
  const api = await startApi(project);
  onTestFinished(() => api.close());
  return {
    ...{ url: api.url, port: api.port },
    async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const response = await fetch(api.url + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        location: response.headers.get('location'),
        // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
        body: (text === '' ? null : JSON.parse(text)) as any,
      };
    },
  };
}
