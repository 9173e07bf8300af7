import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError, messageOf } from '../../core/errors.ts';
import { ANCHOR_MS_MAX } from '../../core/limits.ts';
import type { Anchor } from '../../core/schema/audit-anchor.ts';
import { probeCommand } from '../process/probe-command.ts';

/** Where an anchor is written down. */
export type AnchorTarget =
  /** One more line of a file. */
  | { readonly kind: 'file'; readonly path: string }
  /** A note on the commit that HEAD of this repository names. */
  | { readonly kind: 'git'; readonly dir: string }
  | { readonly kind: 'webhook'; readonly url: string };

/** The notes that hold anchors; read them with `git notes --ref=dispatch-audit show`. */
export const NOTES_REF = 'dispatch-audit';

/** Writes an anchor where it was asked to; throws `AppError` `anchor-failed` naming the target. */
export async function writeAnchor(anchor: Anchor, target: AnchorTarget): Promise<void> {
  const line = `${JSON.stringify(anchor)}\n`;
  switch (target.kind) {
    case 'file':
      return appendLine(target.path, line);
    case 'git':
      return addNote(target.dir, line);
    case 'webhook':
      return post(target.url, line);
  }
}

/** Only ever appended to, so that a file that allows nothing else will do. */
function appendLine(path: string, line: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(path, 'a', 0o600);
    try {
      writeSync(file, line);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw failed(path, messageOf(error), 'name a file that this user may write to', error);
  }
}

async function addNote(dir: string, line: string): Promise<void> {
  const git = ['git', '-C', dir, 'notes', `--ref=${NOTES_REF}`, 'append', '-m', line.trim(), 'HEAD'];
  const { code, said } = await probeCommand(git, ANCHOR_MS_MAX);
  if (code === 0) return;
  throw failed(
    `git notes of ${dir}`,
    said || 'git did not end in time',
    'it takes a repository with a commit',
  );
}

async function post(url: string, line: string): Promise<void> {
  const request = {
    ...{ method: 'POST', body: line, headers: { 'content-type': 'application/json' } },
    signal: AbortSignal.timeout(ANCHOR_MS_MAX),
  };
  const response = await fetch(url, request).catch((error: unknown) => {
    const { cause = error } = error as { readonly cause?: unknown };
    throw failed(url, messageOf(cause), 'is its server up, and the address right?', error);
  });
  await response.body?.cancel();
  if (!response.ok) throw failed(url, `it answered ${response.status}`, 'it must answer 2xx');
}

const failed = (target: string, why: string, hint: string, cause?: unknown): AppError =>
  new AppError('anchor-failed', `the anchor was not written to ${target}: ${why}`, {
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
