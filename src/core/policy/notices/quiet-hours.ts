import type { QuietHours } from '../../schema/notification-settings.ts';

const DAY_MINUTES = 24 * 60;

/** Is it quiet now? From is included, to is not; the hours may go over midnight. */
export function isQuiet(hours: QuietHours | null, now: number): boolean {
  if (hours === null || hours.fromMinute === hours.toMinute) return false;
  const minute = minuteOfDay(now, hours.timeZone);
  const length = (hours.toMinute - hours.fromMinute + DAY_MINUTES) % DAY_MINUTES;
  return (minute - hours.fromMinute + DAY_MINUTES) % DAY_MINUTES < length;
}

function minuteOfDay(now: number, timeZone: string | null): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    ...(timeZone === null ? {} : { timeZone }),
  });
  const [hour, minute] = format.format(now).split(':').map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}
