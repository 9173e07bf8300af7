/** What one check of `doctor` found. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly text: string;
  /** What mends it: commands that can be run as they stand. */
  readonly fix?: string;
}

export const ok = (name: string, text: string): Finding => ({ name, state: 'ok', text });
export const warning = (name: string, text: string, fix?: string): Finding => ({
  ...{ name, state: 'warning', text },
  ...(fix === undefined ? {} : { fix }),
});
export const failed = (name: string, text: string, fix?: string): Finding => ({
  ...{ name, state: 'failed', text },
  ...(fix === undefined ? {} : { fix }),
});
