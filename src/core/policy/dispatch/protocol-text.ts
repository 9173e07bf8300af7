/** What the protocol is made of. */
export interface ProtocolFacts {
  readonly agent: string;
  /** Empty = nobody said. */
  readonly caller: string;
  readonly timeoutSeconds: number;
  readonly maxBudgetUsd: number | null;
  /** A JSON answer has no room for an outcome line. */
  readonly json: boolean;
  /** Standing orders of the agent; empty = none. */
  readonly instructions: string;
  /** False: only the standing orders are sent (R-ADX-025). */
  readonly dispatchProtocol: boolean;
}

/** Told to the agent beside its prompt; null = nothing to tell, so no flag (R-ADX-019, R-ADX-024, R-ADX-025). */
export function protocolText(facts: ProtocolFacts): string | null {
  const parts = [
    ...(facts.dispatchProtocol ? [protocol(facts)] : []),
    ...(facts.instructions.trim() === ''
      ? []
      : [`## Standing instructions for "${facts.agent}"\n${facts.instructions.trim()}`]),
  ];
  return parts.length === 0 ? null : parts.join('\n\n');
}

/** How the protocol puts the time there is; left out of what identifies a call (R-AD-069). */
export function timeBudgetText(timeoutSeconds: number): string {
  return `Time budget: about ${timeoutSeconds} seconds`;
}

function protocol({ agent, caller, timeoutSeconds, maxBudgetUsd, json }: ProtocolFacts): string {
  const cap = maxBudgetUsd === null ? '' : `, spend cap $${maxBudgetUsd}`;
  const points = [
    `You are the agent "${agent}", called by ${caller === '' ? 'another agent' : caller}, who gets your reply and nothing else.`,
    'This run is non-interactive: nobody answers while you work, so do not end on a question. Decide, and say what you assumed.',
    'When a tool is denied or something is missing, name it and work around it as far as you can.',
    `${timeBudgetText(timeoutSeconds)}${cap}. Do what matters most first and stop in good time.`,
    ...(json
      ? []
      : [
          'Begin your reply with the outcome; details follow.',
          'Make the last line of your reply exactly one of `STATUS: done`, `STATUS: partial`, `STATUS: blocked`. After partial or blocked you may add a short reason on that line.',
        ]),
  ];
  return `## Dispatch protocol\n${points.map((point) => `- ${point}`).join('\n')}`;
}
