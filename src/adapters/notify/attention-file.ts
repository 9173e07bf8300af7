import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { attentionText } from '../../core/policy/notices/attention.ts';
import type { Notice } from '../../core/schema/notice.ts';
import { writeSideFile } from '../files/durable-file.ts';

/** What people find in `needs-attention.md`. */
export interface AttentionFile {
  /** Shows what is open and appends what is fresh; the file is replaced whole. */
  write(what: { readonly open: readonly Notice[]; readonly fresh: readonly Notice[] }): void;
}

/** The attention file at a path that is asked for anew with each write (R-PROD-078). */
export function createAttentionFile(path: () => string): AttentionFile {
  return {
    write(what) {
      const file = path();
      const old = contentOf(file);
      const text = attentionText(old, what);
      if (text === old) return;
      mkdirSync(dirname(file), { recursive: true });
      writeSideFile(file, text, 0o644);
    },
  };
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
