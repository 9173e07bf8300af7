/** Who did it, and over what. */
export interface ByWhom {
  readonly channel: string;
  readonly actor: string;
}

const WITH_CHANNEL = /^(.*) \((\w+)\)$/s;

/** What surfaces say is `<actor> (<channel>)`; anything else came by a bare Signal. Null: the machinery itself. */
export function byWhom(by: string | null | undefined): ByWhom {
  if (by === null || by === undefined || by === 'auto' || by === 'dispatch') return MACHINERY;
  if (by === 'brake file') return { channel: 'file', actor: by };
  const [, actor, channel] = WITH_CHANNEL.exec(by) ?? [];
  if (actor === undefined || channel === undefined) return { channel: 'signal', actor: by };
  return { channel, actor };
}

/** What nobody asked for. */
export const MACHINERY: ByWhom = { channel: 'auto', actor: 'dispatch' };
