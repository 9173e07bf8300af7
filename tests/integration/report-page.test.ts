import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { anApi } from '../helpers/api-client.ts';
import { withStandIn } from '../helpers/claude-project.ts';
import { aRoleProject } from '../helpers/role-project.ts';

test('tools that a role was refused are in the report, as text and as a page (R-PROD-075)', async () => {
  const p = await aRoleProject(
    { code: { prompt: 'code.md' } },
    {
      config: { api_port: 0 },
      env: { ...withStandIn(), ANTHROPIC_API_KEY: '' },
      prepare(dir) {
        writeFileSync(join(dir, '.fake-claude.json'), JSON.stringify({ scenario: 'denied' }));
        writeFileSync(join(dir, 'code.md'), 'You code.');
      },
    },
  );
  const id = await p.add('code', '<b>Build</b>');
  await p.ended(id, 'code:done');
  const { url, call } = await anApi(p);
  const told = 'Tools were denied: `Bash` (code, 1 run), `Old` (code, 1 run)';
  const { status, body } = await call('POST', '/reports', {});
  expect(status).toBe(201);
  expect(body.markdown).toContain(`- ${told}`);
  expect(Object.keys(body)).toEqual(['date', 'path', 'json_path', 'html_path', 'markdown']);
  expect(body.html_path).toBeNull();

  const page = await fetch(`${url}/reports`, { method: 'POST', headers: { accept: 'text/html' } });
  expect([page.status, page.headers.get('content-type')]).toEqual([201, 'text/html; charset=utf-8']);
  const html = await page.text();
  expect(html).toContain('<li>Tools were denied: <code>Bash</code> (code, 1 run), ');
  expect(html).toContain('<strong>&lt;b&gt;Build&lt;/b&gt;</strong>');
  expect(existsSync(String(body.path).replace(/md$/, 'html'))).toBe(true);

  const { body: document } = await call('GET', '/openapi.json');
  const { content } = document.paths['/reports'].post.responses['201'];
  expect(Object.keys(content)).toEqual(['application/json', 'text/html']);

  const asJson = await call(
    'POST',
    '/reports',
    { format: 'html' },
    { accept: 'text/html, application/json' },
  );
  expect(asJson.body).toMatchObject({
    path: asJson.body.html_path,
    html: expect.stringMatching(/^<!doctype/),
  });
  expect((await call('POST', '/reports', { format: 'pdf' })).status).toBe(400);
});
