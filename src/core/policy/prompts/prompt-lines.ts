/** A line of a role prompt, taken apart; comments are in none of its parts. */
export interface PromptLine {
  /** From 1. */
  readonly number: number;
  /** What stands in no code, with blanks where code was. */
  readonly prose: string;
  /** Code between backticks, or the line itself inside a fence. */
  readonly code: readonly string[];
  readonly isFenced: boolean;
}

/** A prompt, line by line, and the lines on which comments begin. */
export interface PromptParts {
  readonly lines: readonly PromptLine[];
  readonly comments: readonly number[];
}

const FENCE = /^\s{0,3}(`{3,}|~{3,})/;

/** Tells prose, code and comments of a Markdown text apart, as far as a prompt needs it. */
export function promptParts(text: string): PromptParts {
  const lines: PromptLine[] = [];
  const comments: number[] = [];
  let fence: string | null = null;
  let isComment = false;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const number = index + 1;
    const [, mark] = isComment ? [] : (FENCE.exec(line) ?? []);
    if (mark !== undefined && (fence === null || mark.startsWith(fence))) {
      fence = fence === null ? mark : null;
      lines.push({ number, prose: '', code: [], isFenced: true });
    } else if (fence !== null) lines.push({ number, prose: '', code: [line], isFenced: true });
    else {
      const code: string[] = [];
      const bare = withoutComments(line, isComment);
      if (bare.begins) comments.push(number);
      isComment = bare.isOpen;
      const prose = bare.text.replaceAll(/`([^`]+)`/g, (span, inner: string) => {
        code.push(inner);
        return ' '.repeat(span.length);
      });
      lines.push({ number, prose, code, isFenced: false });
    }
  }
  return { lines, comments };
}

/** The line with comments taken out; one may go over several lines. */
function withoutComments(line: string, wasOpen: boolean) {
  let [text, rest, isOpen, begins] = ['', line, wasOpen, false];
  while (rest !== '') {
    const at = rest.indexOf(isOpen ? '-->' : '<!--');
    if (!isOpen) text += at < 0 ? rest : rest.slice(0, at);
    if (at < 0) break;
    begins ||= !isOpen;
    rest = rest.slice(at + (isOpen ? 3 : 4));
    isOpen = !isOpen;
  }
  return { text, isOpen, begins };
}
