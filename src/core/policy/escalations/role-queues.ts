/** The role a queue of a ledger belongs to: `code` and `code:escalated` are both of `code`. */
export function roleOfQueue(queueName: string): string {
  const at = queueName.lastIndexOf(':');
  return at < 0 ? queueName : queueName.slice(0, at);
}

/** Where a ledger keeps what a person has given up. */
export const killedQueueOf = (role: string): string => `${role}:killed`;
/** Where a ledger keeps what waits for a person. */
export const escalatedQueueOf = (role: string): string => `${role}:escalated`;
