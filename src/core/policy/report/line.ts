/** A piece of a line: plain text, or text that is marked as something. Plain text is never read as a mark. */
export type Inline = string | { readonly mark: 'strong' | 'em' | 'code'; readonly of: Line };

/** One line of a report. */
export type Line = readonly Inline[];

const marked =
  (mark: 'strong' | 'em' | 'code') =>
  (...of: readonly Inline[]): Inline => ({ mark, of });

export const strong = marked('strong');
export const em = marked('em');
export const code = marked('code');

/** Titles and reasons come from agents: one line each, so that none begins a section of its own. */
export const line = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

const SIGNS = { strong: '**', em: '_', code: '`' } as const;

/** A line as Markdown, in the words and marks of upstream (R-PROD-073). */
export const lineMarkdown = (pieces: Line): string =>
  pieces
    .map((piece) =>
      typeof piece === 'string' ? piece : `${SIGNS[piece.mark]}${lineMarkdown(piece.of)}${SIGNS[piece.mark]}`,
    )
    .join('');
