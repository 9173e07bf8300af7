#!/usr/bin/env node
import { start } from './start.js';

await start('agent-dispatch', '../dist/cli/agent-dispatch/main.js');
