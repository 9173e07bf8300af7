import { setTimeout as delay } from 'node:timers/promises';
import { AppError, messageOf } from '../../core/errors.ts';
import { CONFIG_FILE_BYTES_MAX } from '../../core/limits.ts';
import { type Fingerprint, fingerprintAt, isSame, isTooFresh } from '../files/file-fingerprint.ts';
import { type AgentsFileContent, contentOf, DEFAULT_SETTINGS } from './agents-file-content.ts';
import type { AgentsFilePlace } from './agents-file-path.ts';
import { AGENTS_FILE_SETTLE_MS, AGENTS_FILE_SETTLE_TRIES_MAX } from './limits.ts';
import {
  agentsFileText,
  brokenAgentsFile,
  checkAgentsDocument,
  parseAgentsDocument,
} from './parse-agents-file.ts';
import { readBounded } from './read-bounded.ts';

/** agents.yaml at one moment. */
export interface AgentsFileView {
  readonly content: AgentsFileContent;
  /** Why the file as it stands was not taken; `content` is the last good one (R-AD-007). */
  readonly warning: string | null;
}

/** agents.yaml, read again only when it changed. */
export interface AgentsFile {
  /** Throws `invalid-config` while no good version was ever read; a missing or empty file is a good one. */
  read(): Promise<AgentsFileView>;
}

interface Seen {
  readonly fingerprint: Fingerprint | null;
  readonly readAtMs: number;
  readonly text: string | null;
  readonly outcome: AgentsFileView | AppError;
}

const EMPTY: AgentsFileContent = { agents: [], groups: [], settings: DEFAULT_SETTINGS };

/** Reads the file behind this place; cheap while its fingerprint stays the same. */
export function createAgentsFile({ path }: Pick<AgentsFilePlace, 'path'>): AgentsFile {
  let seen: Seen | null = null;
  let good: AgentsFileContent | null = null;
  let reading: Promise<Seen> | null = null;

  function judge(text: string | null): Seen['outcome'] {
    try {
      good =
        text === null ? EMPTY : contentOf(checkAgentsDocument(parseAgentsDocument(text, path), path), path);
      return { content: good, warning: null };
    } catch (error) {
      return outcomeOf(error, good);
    }
  }

  async function look(): Promise<Seen> {
    let fingerprint: Fingerprint | null = null;
    let readAtMs = Date.now();
    try {
      fingerprint = await settled(path, seen);
      readAtMs = Date.now();
      const text = fingerprint === null ? null : await textAt(path);
      const isKnown = seen !== null && seen.text === text && !(seen.outcome instanceof AppError);
      const outcome = isKnown && seen !== null ? seen.outcome : judge(text);
      return { fingerprint, readAtMs, text, outcome };
    } catch (error) {
      return { fingerprint, readAtMs, text: null, outcome: outcomeOf(error, good, path) };
    }
  }

  return {
    async read() {
      if (seen === null || !isCurrent(path, seen)) {
        reading ??= look().finally(() => {
          reading = null;
        });
        seen = await reading;
      }
      if (seen.outcome instanceof AppError) throw seen.outcome;
      return seen.outcome;
    },
  };
}

function outcomeOf(error: unknown, good: AgentsFileContent | null, path?: string): AgentsFileView | AppError {
  const broken =
    error instanceof AppError
      ? error
      : path === undefined
        ? null
        : brokenAgentsFile(path, `cannot be read: ${messageOf(error)}`, error);
  if (broken === null) throw error;
  return good === null
    ? broken
    : { content: good, warning: `${broken.message} (the last good version stays in force)` };
}

async function textAt(path: string): Promise<string | null> {
  try {
    return agentsFileText(await readBounded(path, CONFIG_FILE_BYTES_MAX), path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function isCurrent(path: string, { fingerprint, readAtMs }: Seen): boolean {
  try {
    if (!isSame(fingerprintAt(path), fingerprint)) return false;
  } catch {
    return false;
  }
  return fingerprint === null || !isTooFresh(fingerprint, readAtMs);
}

/**
 * The file's fingerprint. A known file that is written in place right now may be half there, or empty: it gets a
 * moment to come to rest. Files that were replaced whole are never waited for.
 */
async function settled(path: string, seen: Seen | null): Promise<Fingerprint | null> {
  for (let tries = 0; ; tries += 1) {
    const fingerprint = fingerprintAt(path);
    const isInPlace = fingerprint !== null && fingerprint.ino === seen?.fingerprint?.ino;
    const isAtRest =
      !isInPlace || isSame(fingerprint, seen?.fingerprint ?? null) || !isTooFresh(fingerprint, Date.now());
    if (isAtRest || tries >= AGENTS_FILE_SETTLE_TRIES_MAX) return fingerprint;
    await delay(AGENTS_FILE_SETTLE_MS);
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
