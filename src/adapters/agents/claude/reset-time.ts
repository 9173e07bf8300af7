const EPOCH = /\|(\d{10})\b/;
const ISO = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)/;
const CLOCK =
  /resets?\s+(?:at\s+)?(?:(?<month>[A-Z][a-z]{2})[a-z]*\s+(?<day>\d{1,2})(?:,|\s+at)?\s+)?(?:at\s+)?(?<hour>\d{1,2})(?::(?<minute>\d\d))?\s*(?<half>[ap]m)?(?:\s*\((?<zone>[A-Za-z_+\-/0-9]+)\))?/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAY_MS = 24 * 60 * 60 * 1000;
const YEAR_DAYS = 366;

/**
 * When a limit ends, in epoch ms, read from the words of the CLI: `…|1795276800`, `resets 3:45pm`, `resets Nov 25 at 6am
 * (Asia/Almaty)`, an ISO time; null when they tell none. A time of day is the next one in its zone, else in ours.
 */
export function resetTimeOf(text: string, nowMs: number): number | null {
  const epoch = EPOCH.exec(text)?.[1];
  if (epoch !== undefined) return Number(epoch) * 1000;
  const iso = ISO.exec(text)?.[0];
  if (iso !== undefined) return Date.parse(iso);
  const clock = CLOCK.exec(text)?.groups;
  if (clock === undefined) return null;
  const hour = hourOf(Number(clock.hour), clock.half);
  const minute = Number(clock.minute ?? 0);
  if (hour === null || minute > 59 || (clock.half === undefined && clock.minute === undefined)) return null;
  const month = clock.month === undefined ? null : MONTHS.indexOf(clock.month.toLowerCase());
  if (month === -1) return null;
  return nextTime({ month, day: Number(clock.day ?? 0), hour, minute }, clock.zone, nowMs);
}

interface ClockTime {
  /** 0 to 11; null = today or tomorrow. */
  readonly month: number | null;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

function hourOf(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour <= 23 ? hour : null;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
}

/** The first moment from now on at which the clock of that zone shows this time. */
function nextTime(
  { month, day, hour, minute }: ClockTime,
  zone: string | undefined,
  nowMs: number,
): number | null {
  const offsetMs = zoneOffsetMs(zone, nowMs);
  if (offsetMs === null) return null;
  const there = new Date(nowMs + offsetMs);
  for (let days = 0; days <= YEAR_DAYS; days++) {
    const wall =
      Date.UTC(there.getUTCFullYear(), there.getUTCMonth(), there.getUTCDate(), hour, minute) + days * DAY_MS;
    const at = new Date(wall);
    const fits = month === null || (at.getUTCMonth() === month && at.getUTCDate() === day);
    // The offset of that day: summer time may begin before.
    const moment = wall - (zoneOffsetMs(zone, wall - offsetMs) ?? offsetMs);
    if (fits && moment >= nowMs) return moment;
  }
  return null;
}

/** How far that zone's clock is ahead of UTC; null for a zone nobody knows. */
function zoneOffsetMs(zone: string | undefined, atMs: number): number | null {
  if (zone === undefined) return -new Date(atMs).getTimezoneOffset() * 60_000;
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    }).formatToParts(atMs);
    const part = (type: string) => Number(parts.find((found) => found.type === type)?.value);
    const wall = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return wall - Math.floor(atMs / 1000) * 1000;
  } catch {
    return null;
  }
}
