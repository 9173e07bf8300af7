export { commandWorkflow } from './command.ts';
export { governorWorkflow } from './governor.ts';
export { taskWorkflow } from './task.ts';
