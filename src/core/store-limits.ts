/** Every bound of waiting for the files of the store, named with its unit. */

const SECOND_MS = 1000;

/** How long a call waits for another process that writes to the store. */
export const STORE_BUSY_MS_MAX = 30 * SECOND_MS;
/** Of that, how long it tries in one go, and how long it pauses at most between two goes, first and after many. */
export const STORE_BUSY_SPIN_MS_MAX = 2;
export const STORE_BUSY_PAUSE_MS = 4;
export const STORE_BUSY_PAUSE_MS_MAX = 64;
/** Who has waited so long pauses less than those who came after it. */
export const STORE_BUSY_AGED_MS = 5 * SECOND_MS;
export const STORE_BUSY_AGED_PAUSE_MS = 16;
/** The one wait inside SQLite, which blocks: when a file is opened and perhaps migrated. */
export const STORE_OPEN_WAIT_MS_MAX = 2 * SECOND_MS;
export const STORE_PRUNE_BATCH_MAX = 500;
