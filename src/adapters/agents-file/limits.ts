/** Bounds of agents.yaml and of looking into agents' folders. */

/** After this an edit goes on without the lock, with a warning (R-ADX-013). */
export const AGENTS_FILE_LOCK_WAIT_MS_MAX = 10_000;
/** Times an edit is made anew because the file changed meanwhile. */
export const AGENTS_FILE_EDIT_TRIES_MAX = 20;
/** A file that an editor is just writing is looked at again after this, so often. */
export const AGENTS_FILE_SETTLE_MS = 60;
export const AGENTS_FILE_SETTLE_TRIES_MAX = 5;
/** Nodes that aliases may be resolved to, so that a small file cannot grow without bound. */
export const AGENTS_FILE_ALIASES_MAX = 100;
/** Problems of a file named in one error. */
export const AGENTS_FILE_PROBLEMS_MAX = 20;

/** Files of an agent's folder that are read as JSON or TOML. */
export const SCAN_FILE_BYTES_MAX = 1_048_576;
/** Entries of a folder that are looked at for file name endings. */
export const SCAN_ENTRIES_MAX = 2_000;
export const SCAN_MCP_SERVERS_MAX = 200;
export const SCAN_MCP_SERVER_NAME_LENGTH_MAX = 200;
/** Folders whose last look is remembered. */
export const SCAN_FOLDERS_KEPT_MAX = 1_000;
/** Beginnings of texts that a description is made of. */
export const DESCRIPTION_SOURCE_BYTES_MAX = 64 * 1024;
export const DESCRIPTION_PART_LENGTH_MAX = 500;
export const DESCRIPTION_LINES_CLAUDE_MD = 40;
export const DESCRIPTION_LINES_README = 20;
