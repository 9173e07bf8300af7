/** A JSON list of texts out of a column; scripts write into this file, too, so anything else is read as empty. */
export function listOf(text: string | null): string[] {
  const value = parsed(text);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A JSON object out of a column. */
export function payloadOf(text: string | null): Record<string, unknown> {
  const value = parsed(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
