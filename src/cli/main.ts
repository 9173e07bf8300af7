import { enableCompileCache } from 'node:module';

// Before anything else is loaded: the second start is then markedly quicker.
enableCompileCache?.();
const { runProcess } = await import('./run-process.ts');
const { runCli } = await import('./run-cli.ts');

await runProcess({ run: runCli, exit: (exitCode) => process.exit(exitCode) });
