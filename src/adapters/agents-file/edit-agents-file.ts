import { chmodSync, closeSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Document } from 'yaml';
import { AppError, messageOf } from '../../core/errors.ts';
import { CONFIG_FILE_BYTES_MAX } from '../../core/limits.ts';
import { createFile, replaceFile } from '../files/durable-file.ts';
import { type Fingerprint, fingerprintAt, targetOf } from '../files/file-fingerprint.ts';
import { takeKernelLock } from '../local/kernel-lock.ts';
import type { AgentsFilePlace } from './agents-file-path.ts';
import { renderLike } from './document-style.ts';
import { AGENTS_FILE_EDIT_TRIES_MAX, AGENTS_FILE_LOCK_WAIT_MS_MAX } from './limits.ts';
import {
  agentsFileText,
  brokenAgentsFile,
  checkAgentsDocument,
  parseAgentsDocument,
} from './parse-agents-file.ts';
import { readBounded } from './read-bounded.ts';

/** What an editor of agents.yaml is made of. */
export interface AgentsFileEditorConfig {
  readonly place: AgentsFilePlace;
  readonly lockWaitMs?: number;
  readonly onWarning: (text: string) => void;
}

/** Changes the document; may run several times, and throws to change nothing. */
export type AgentsFileChange = (document: Document) => void;

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/**
 * Edits agents.yaml in place, one edit at a time over all processes: read, changed and written under one lock, whole or
 * not at all, comments, order and symlink kept (R-AD-019, R-ADX-013).
 */
export function createAgentsFileEditor(
  config: AgentsFileEditorConfig,
): (change: AgentsFileChange) => Promise<void> {
  const { place, lockWaitMs = AGENTS_FILE_LOCK_WAIT_MS_MAX, onWarning } = config;
  let last: Promise<unknown> = Promise.resolve();

  async function edit(change: AgentsFileChange): Promise<void> {
    const target = prepare(place);
    const lockPath = `${target}.lock.db`;
    const lock = await takeKernelLock(lockPath, lockWaitMs).catch((cause: unknown) => refuse(place, cause));
    if (lock === null)
      onWarning(`${lockPath} was not free for ${lockWaitMs} ms; editing ${target} without it`);
    try {
      await editUntilDone(target, change, { path: place.path, unlocked: lock === null });
    } finally {
      lock?.release();
    }
  }

  return (change) => {
    const done = last.then(() => edit(change));
    last = done.catch(() => undefined);
    return done;
  };
}

interface Base {
  readonly text: string;
  readonly fingerprint: Fingerprint;
}

/** Somebody without our lock may write at any time; then the change is made anew on what they left. */
async function editUntilDone(
  target: string,
  change: AgentsFileChange,
  { path, unlocked }: { readonly path: string; readonly unlocked: boolean },
): Promise<void> {
  let base = await readBase(target, path);
  for (let tries = 0; tries < AGENTS_FILE_EDIT_TRIES_MAX; tries += 1) {
    const text = changed(base?.text ?? '', change, path);
    if (base === null) {
      if (createFile(target, text, FILE_MODE)) return;
      base = await readBase(target, path);
      continue;
    }
    const replacement = await replaceFile(target, text, {
      expected: base.fingerprint,
      mode: FILE_MODE,
      unlocked,
    });
    if (replacement.kind === 'replaced') return;
    const written = replacement.kind === 'overtaken' ? takeOver(replacement.oldFd) : null;
    const { fingerprint } = replacement.kind === 'overtaken' ? replacement : { fingerprint: null };
    base =
      written !== null && fingerprint !== null
        ? { text: written, fingerprint }
        : await readBase(target, path);
  }
  throw new AppError('conflict', `${path} is changed by somebody else all the time`, {
    hint: 'find out which program writes it, and try again',
    details: { path },
  });
}

/** What was written into the old file while it went away. */
function takeOver(fd: number): string {
  try {
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

async function readBase(target: string, path: string): Promise<Base | null> {
  const fingerprint = fingerprintAt(target);
  if (fingerprint === null) return null;
  return { text: agentsFileText(await readBounded(target, CONFIG_FILE_BYTES_MAX), path), fingerprint };
}

/** The text after the change; a change that would leave a broken file is refused with the problem. */
function changed(before: string, change: AgentsFileChange, path: string): string {
  const document = parseAgentsDocument(before, path);
  change(document);
  checkAgentsDocument(document, path);
  const text = renderLike(document, before);
  if (Buffer.byteLength(text) > CONFIG_FILE_BYTES_MAX) {
    throw brokenAgentsFile(path, `would become larger than ${CONFIG_FILE_BYTES_MAX} bytes`);
  }
  return text;
}

/** The file behind the path, with folders to write it in. */
function prepare(place: AgentsFilePlace): string {
  try {
    const target = targetOf(place.path);
    for (const folder of new Set([dirname(place.path), dirname(target)])) {
      mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
    }
    if (place.ownsFolder) chmodSync(dirname(place.path), FOLDER_MODE);
    return target;
  } catch (cause) {
    return refuse(place, cause);
  }
}

function refuse({ path }: AgentsFilePlace, cause: unknown): never {
  throw new AppError('storage-failed', `Cannot write ${path}: ${messageOf(cause)}`, {
    cause,
    hint: 'make its folder writable, or name another file with AGENT_DISPATCH_CONFIG',
    details: { path },
  });
}
