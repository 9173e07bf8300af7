/** A reason that somebody gave, as the end of a sentence. */
export const because = (reason: string | null): string =>
  reason === null || reason === '' ? '' : `: ${reason}`;
