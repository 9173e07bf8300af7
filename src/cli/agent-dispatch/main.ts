import { enableCompileCache } from 'node:module';

// Before anything else is loaded: the second start is then markedly quicker.
enableCompileCache?.();
const { runProcess } = await import('../run-process.ts');
const { runAgentDispatch } = await import('./run.ts');

await runProcess({ run: runAgentDispatch, exit: (exitCode) => process.exit(exitCode) });
