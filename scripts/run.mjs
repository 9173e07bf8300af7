#!/usr/bin/env node
// Makes this checkout ready (Node, packages, build) and then does the thing asked for. Plain JavaScript for Node 18
// and newer; what needs a newer Node is imported only after the version is right.
import { fileURLToPath } from 'node:url';
import { ensureNode } from './lib/node-version.mjs';
import { fail } from './lib/say.mjs';

const SCRIPT = fileURLToPath(import.meta.url);
const ROOT = fileURLToPath(new URL('..', import.meta.url));

const [verb = '', ...args] = process.argv.slice(2);
const VERBS = ['start', 'test', 'dev', 'build', 'check', 'bench', 'generate'];
if (!VERBS.includes(verb)) fail(`say what to do: node scripts/run.mjs <${VERBS.join(' | ')}> [arguments]`, 2);

process.chdir(ROOT);
await ensureNode(SCRIPT, [verb, ...args]);
const { ensureInstalled } = await import('./lib/install.mjs');
await ensureInstalled(ROOT);
const { verbs } = await import('./lib/verbs.mjs');
await verbs[verb](ROOT, args);
