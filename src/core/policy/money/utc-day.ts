const DAY_MS = 24 * 60 * 60 * 1000;
const DAY_LENGTH = 'YYYY-MM-DD'.length;
const MONTH_LENGTH = 'YYYY-MM'.length;

/** The UTC day of a moment (epoch milliseconds), `YYYY-MM-DD`: caps are per UTC day (R-PROD-047). */
export const utcDay = (ms: number): string => new Date(ms).toISOString().slice(0, DAY_LENGTH);

/** The day that the cost of a run counts for: that of its grant, for one that was told none when it began (R-PROD-052). */
export const dayOfRun = ({ grantedAt }: { readonly grantedAt?: number }, beganAt: number): string =>
  utcDay(grantedAt ?? beganAt);

/** The month of a day, `YYYY-MM`. */
export const monthOf = (day: string): string => day.slice(0, MONTH_LENGTH);

/** When a UTC day begins (epoch milliseconds). */
export const dayStart = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** When the month of a UTC day begins (epoch milliseconds). */
export const monthStart = (day: string): number => dayStart(`${monthOf(day)}-01`);

/** When the day after it begins (epoch milliseconds). */
export const nextDayStart = (day: string): number => dayStart(day) + DAY_MS;
