import { RESOLVED_MARKER } from './dialogue-marker.ts';

const CLOSING =
  `When the answer is complete and you have no question left, end your message with ${RESOLVED_MARKER}; ` +
  'otherwise end it with what you still need to know.';

/** What a turn of a dialogue is told. */
export interface DialoguePromptFacts {
  readonly role: 'responder' | 'requester';
  readonly other: string;
  /** Told to whoever has not heard it in this conversation; null = he has. */
  readonly topic: string | null;
  /** What the other said last; null = nobody has spoken. */
  readonly said: string | null;
}

/** Presents the topic and what the other said last; asks for the marker (R-AD-089, R-AD-092). */
export function dialoguePrompt({ role, other, topic, said }: DialoguePromptFacts): string {
  const parts = [
    topic === null ? `Your dialogue with agent '${other}' goes on.` : openingOf(role, other, topic),
    ...(said === null ? [] : [`Agent '${other}' says:\n\n${said}`]),
    CLOSING,
  ];
  return parts.join('\n\n');
}

function openingOf(role: DialoguePromptFacts['role'], other: string, topic: string): string {
  const opening =
    role === 'responder'
      ? `Agent '${other}' wants to settle this with you`
      : `You asked agent '${other}' to settle this with you`;
  return `${opening}:\n\n${topic}`;
}
