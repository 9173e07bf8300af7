/** The demo's agents: small programs that need no key and no account, by file name. */
export const DEMO_AGENTS: Readonly<Record<string, string>> = {
  'work.mjs': `// Reads its task, does the work, says so and hands the task on: all over the HTTP API, as any agent can.
const { DISPATCH_API_URL: api, DISPATCH_TASK_ID: id } = process.env;

async function call(method, path, body) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(api + path, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(\`\${method} \${path}: \${response.status} \${await response.text()}\`);
  return response.json();
}

const task = await call('GET', \`/tasks/\${id}\`);
console.log(\`working on "\${task.name}"\`);
await new Promise((resolve) => setTimeout(resolve, 700));
const next = task.queue_name !== 'Reviewing' && task.labels.includes('review') ? 'Review' : 'Done';
await call('POST', \`/tasks/\${id}/comments\`, { comment: \`Finished; on to \${next}.\` });
await call('POST', \`/tasks/\${id}/move\`, { target_queue: next });
console.log(\`moved to \${next}\`);
`,
  'import.sh': `#!/bin/sh
# Fails on the first two runs of a task.
echo run >>"runs-$DISPATCH_TASK_ID"
if [ "$(wc -l <"runs-$DISPATCH_TASK_ID")" -lt 3 ]; then
  echo 'the shop answered 503' >&2
  exit 1
fi
echo '412 prices imported'
`,
  'crawl.sh': `#!/bin/sh
# Hangs on the first run of a task, far beyond its timeout.
if [ ! -e "crawled-$DISPATCH_TASK_ID" ]; then
  : >"crawled-$DISPATCH_TASK_ID"
  echo 'waiting for the archive'
  exec sleep 300
fi
echo '38 pages read'
`,
  'deploy.sh': `#!/bin/sh
echo 'no route to the moon' >&2
exit 7
`,
};
