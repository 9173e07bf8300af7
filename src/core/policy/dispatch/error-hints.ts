/** Told at the end of a permission error; names both fixes (R-AD-043). */
export function permissionHint(agent: string): string {
  return [
    `\n\nHint: agent '${agent}' may not use something it needed. Either of these grants it:`,
    `  agent-dispatch update ${agent} --permission-mode bypassPermissions`,
    `  agent-dispatch update ${agent} --allowed-tools Bash,Read,Edit,Write,Glob,Grep`,
  ].join('\n');
}

/** Told at the end of the error of a run that its cap ended (R-ADX-010). */
export function budgetHint(agent: string, capUsd: number | null, resume: string): string {
  const cap = capUsd === null ? 'its spend cap' : `its spend cap of $${capUsd}`;
  return (
    `\n\nHint: the run was ended by ${cap} (--max-budget-usd), so the answer is incomplete. ` +
    `Raise it with agent-dispatch update ${agent} --max-budget-usd <amount>, choose a cheaper model, or ask for less ` +
    `at a time.${resume}`
  );
}

/** Told at the end of the error of a run that was ended because the budget has no more (R-SYS-018). */
export function allowanceHint(agent: string, resume: string): string {
  return (
    `\n\nHint: the run was ended because what the budget left for agent '${agent}' is spent, so the answer is ` +
    `incomplete. \`dispatch budget show\` says which cap that is; it is renewed with the day, or raised with ` +
    `\`dispatch budget set\`.${resume}`
  );
}

/** Told when a finished run cost more than its cap (R-ADX-002). */
export function overspentHint(costUsd: number, capUsd: number): string {
  return (
    `The run cost $${costUsd.toFixed(4)}, more than its cap of $${capUsd.toFixed(2)}. ` +
    'Ask for less at a time, choose a cheaper model or raise max_budget_usd.'
  );
}

/** Told at the end of the error of a run that the account's limit ended (R-ADX-032). */
export function usageLimitHint(resetAt: string | null): string {
  const until = resetAt === null ? 'until it resets' : `until ${resetAt}`;
  return (
    `\n\nHint: this is the limit of the whole account, not of this agent: other dispatches meet it too ${until}. ` +
    'Dispatch again after that.'
  );
}

/** The call that continues a conversation, where there is one (R-AD-048). */
export function resumeCall(agent: string, sessionId: string): string {
  return `dispatch_session(agent='${agent}', task='Continue where you left off', session_id='${sessionId}')`;
}

/** A sentence about what is left of a run that ended early; empty when nothing can be continued. */
export function resumeSentence(agent: string, sessionId: string | null): string {
  return sessionId === null ? '' : ` What it did so far can be continued: ${resumeCall(agent, sessionId)}.`;
}
