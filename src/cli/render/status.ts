import { oneLine } from '../neutralise.ts';
import type { Output } from '../output.ts';
import { renderPairs } from './table.ts';
import { coloured, duration } from './words.ts';

interface Health {
  readonly ok: boolean;
  readonly ms: number;
  readonly error?: string;
}

/** What `status` answers, as far as it is shown. */
export interface StatusView {
  readonly project: string;
  readonly state: string;
  readonly max_concurrent_agents: number;
  readonly active_agents: number;
  readonly available_slots: number;
  readonly waiting: number;
  readonly anomalies?: readonly { readonly at: string; readonly text: string }[];
  readonly questions?: readonly {
    readonly question_id: string;
    readonly agent: string;
    readonly question: string;
  }[];
  readonly routes: readonly string[];
  readonly kill_switch: {
    readonly armed: boolean;
    readonly reason: string | null;
    readonly by: string | null;
  };
  readonly pauses: readonly {
    readonly scope: string;
    readonly name: string | null;
    readonly reason: string | null;
    readonly until: string | null;
  }[];
  readonly board: Health & { readonly kind: string };
  readonly temporal: Health & { readonly address: string };
  /** Set by the command: the `up` of this state directory. */
  readonly up?: { readonly pid: number; readonly url: string; readonly since: string } | null;
}

const health = ({ ok, ms, error }: Health, out: Pick<Output, 'style'>): string =>
  ok
    ? `${out.style.good('ok')} (${ms.toFixed(1)} ms)`
    : `${out.style.bad('does not answer')}${error === undefined ? '' : ` (${oneLine(error)})`}`;

/** The state of a project on one screen. */
export function renderStatus(status: StatusView, out: Pick<Output, 'style'>): string {
  const { kill_switch: brake, up } = status;
  const pairs: (readonly [string, string])[] = [
    ['project', `${oneLine(status.project)}, ${coloured(status.state, out.style)}`],
    [
      'agents',
      `${status.active_agents} running, ${status.available_slots} of ${status.max_concurrent_agents} slots free, ${status.waiting} waiting`,
    ],
    ['routes', status.routes.length === 0 ? 'none' : oneLine(status.routes.join(', '))],
    ['board', `${status.board.kind}, ${health(status.board, out)}`],
    ['temporal', `${oneLine(status.temporal.address || 'server')} ${health(status.temporal, out)}`],
  ];
  if (up !== undefined) {
    pairs.push([
      'up',
      up === null
        ? `${out.style.caution('no')} (start it with: dispatch up)`
        : `pid ${up.pid}, ${up.url}, for ${duration((Date.now() - Date.parse(up.since)) / 1000)}`,
    ]);
  }
  if (brake.armed) {
    const why = oneLine(brake.reason ?? 'no reason given');
    pairs.push([
      'kill switch',
      `${out.style.bad('ARMED')}: ${why}${brake.by === null ? '' : `, by ${oneLine(brake.by)}`} (end it with: dispatch resume)`,
    ]);
  }
  for (const { question_id: id, agent, question } of status.questions ?? [])
    pairs.push(['asks', oneLine(`${agent} (${id}): ${question}`)]);
  for (const { at, text } of status.anomalies ?? [])
    pairs.push(['look', `${out.style.caution(at)} ${oneLine(text)} (see: dispatch audit)`]);
  for (const { scope, name, reason, until } of status.pauses) {
    const end = until === null ? '' : `until ${until} `;
    pairs.push(['paused', oneLine(`${scope} ${name ?? ''} ${end}${reason === null ? '' : `(${reason})`}`)]);
  }
  return renderPairs(pairs, out);
}
