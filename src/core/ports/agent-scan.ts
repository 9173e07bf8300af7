/** What an agent's folder holds, seen from outside; no process is started (R-AD-059, R-AD-061…063). */
export interface FolderFacts {
  /** False: there is no such folder. `UNREADABLE`: the system refuses to look. */
  readonly healthy: boolean | 'UNREADABLE';
  readonly hasClaudeMd: boolean;
  readonly hasReadme: boolean;
  readonly hasMcpConfig: boolean;
  readonly mcpServers: readonly string[];
  readonly stacks: readonly string[];
  readonly dbs: readonly string[];
  /** Why the last three could not be found out although the folder is there (R-AD-066). */
  readonly scanError: string | null;
}

/** The beginning of a text file. */
export interface Preview {
  readonly text: string;
  readonly truncated: boolean;
}

/** Null = there is no such file, or it cannot be read. */
export interface FolderPreviews {
  readonly claudeMd: Preview | null;
  readonly readme: Preview | null;
}

/** Looks into agents' folders; every read is bounded and a broken folder never throws. */
export interface AgentScan {
  /** The folder a person named, as an absolute path; `~` is the home folder (R-AD-014). */
  resolve(directory: string): string;
  /** Cheap while nothing in the folder changed. */
  look(directory: string): Promise<FolderFacts>;
  /** At most this many lines of each text (R-AD-065). */
  preview(directory: string, lines: number): Promise<FolderPreviews>;
  /** A sentence about the project for an agent that was given none (R-AD-129). */
  describe(directory: string): Promise<string>;
}
