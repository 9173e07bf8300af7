/** Longest question and longest answer, characters. */
export const QUESTION_LENGTH_MAX = 8_000;
/** Choices of one question. */
export const CHOICES_MAX = 20;
export const CHOICE_LENGTH_MAX = 500;
/** Questions of one task or dispatch that may be open at once: an agent that asks for everything asks nobody. */
export const OPEN_QUESTIONS_MAX = 10;
/** Longest name of somebody who is asked. */
export const PERSON_LENGTH_MAX = 200;
/** People that are told one after the other. */
export const PEOPLE_MAX = 50;
/** How much of a question stands in one-line texts. */
export const QUESTION_SHOWN_MAX = 200;
/** Questions that `status` names. */
export const QUESTIONS_SHOWN_MAX = 20;
/** Before what waits on the board in the same route: what was begun is finished first. */
export const ANSWERED_ORDER = -1;
/** A waiting workflow looks by itself at least so often (ms): a Signal that was lost with its sender is not missed. */
export const QUESTION_LOOK_MS_MAX = 3_600_000;
