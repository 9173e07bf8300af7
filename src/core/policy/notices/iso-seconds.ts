/** `2026-11-21T18:00:00Z`: a time as upstream's files write it, to the second. */
export const isoSeconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
