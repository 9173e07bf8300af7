#!/usr/bin/env node
import { start } from './start.js';

await start('dispatch', '../dist/cli/main.js');
