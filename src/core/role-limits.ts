/** Bounds of what roles are logged in with, named with their units. */

export const LOGIN_BYTES_MAX = 256 * 1024;
export const LOGIN_LOCK_WAIT_MS_MAX = 5_000;
/** How often the login of a run is looked at: others need a renewed one while it still runs. */
export const LOGIN_LOOK_MS = 2_000;
