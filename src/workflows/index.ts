export { commandWorkflow } from './command.ts';
export { dialogueWorkflow } from './dialogue.ts';
export { dispatchWorkflow } from './dispatch.ts';
export { governorWorkflow } from './governor.ts';
export { parallelWorkflow } from './parallel.ts';
export { reportWorkflow } from './report.ts';
export { sessionWorkflow } from './session.ts';
export { taskWorkflow } from './task.ts';
