/** Bounds of roles: what they are logged in with and told. */

export const LOGIN_BYTES_MAX = 256 * 1024;
export const LOGIN_LOCK_WAIT_MS_MAX = 5_000;
/** How often the login of a run is looked at: others need a renewed one while it still runs. */
export const LOGIN_LOOK_MS = 2_000;
/** Of what is wrong with one prompt, so much is told. */
export const PROMPT_FAULTS_MAX = 20;
export const PROMPT_BYTES_MAX = 1024 * 1024;
