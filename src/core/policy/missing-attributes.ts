/** gRPC: INVALID_ARGUMENT. */
const INVALID_ARGUMENT = 3;

/** Was a start refused because its namespace does not know our search attributes? */
export function lacksSearchAttributes(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code, details } = at as { code?: unknown; details?: unknown };
    if (code === INVALID_ARGUMENT && /search ?attribute/i.test(`${details} ${at.message}`)) return true;
  }
  return false;
}

/**
 * Starts with search attributes, and without any where the namespace lacks them: lists cannot filter then, but the work
 * is done (R-SYS-013).
 */
export async function startTagged<Tag, Started>(
  tags: readonly Tag[],
  start: (tags: Tag[]) => Promise<Started>,
): Promise<Started> {
  try {
    return await start([...tags]);
  } catch (error) {
    if (!lacksSearchAttributes(error)) throw error;
    return start([]);
  }
}
