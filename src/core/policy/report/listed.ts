/** How many of each a report lists; it counts them all (R-PROD-073). */
export const REPORT_LISTS = { shipped: 10, signOff: 25, failed: 10, inProgress: 200, hotSpots: 5 } as const;

/** Retries from which on a task is a hot spot. */
export const HOT_RETRIES = 2;
