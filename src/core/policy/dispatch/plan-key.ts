/** Under which key the plan of a dialogue or of parallel calls is kept. */
export const planKey = (id: string): string => `plan/${id}`;
