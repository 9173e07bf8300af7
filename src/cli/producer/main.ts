import { enableCompileCache } from 'node:module';

// Before anything else is loaded: the second start is then markedly quicker.
enableCompileCache?.();
const { runProcess } = await import('../run-process.ts');
const { runProducer } = await import('./run-producer.ts');

await runProcess({ run: runProducer, exit: (exitCode) => process.exit(exitCode) });
