import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../core/errors.ts';
import { createFile, writeSideFile } from '../files/durable-file.ts';
import { fingerprintAt, isSame, isTooFresh, targetOf } from '../files/file-fingerprint.ts';
import { type BoardDocument, NEW_BOARD_TEXT } from './json-document.ts';
import { readSnapshot, type Snapshot, unreadable } from './json-snapshot.ts';
import { createSavePatience, type SavePatience } from './save-patience.ts';

/** A snapshot that could be read. */
export interface GoodSnapshot extends Snapshot {
  readonly content: BoardDocument;
}

/** What a board says about its file: what went wrong, or that it is well again. */
export type ProblemListener = (problem: AppError | null) => void;

/** The present content of a board file, with the last good one behind it. */
export interface JsonContent {
  /** The content now, or the last good one while the file is broken; throws when there never was one. */
  read(): BoardDocument;
  /** The content now, for writing: waits out an editor's save, throws while the file is broken. */
  readForWriting(): Promise<GoodSnapshot>;
  /** The content behind a descriptor, once whoever writes it is done; null when it never becomes a board. */
  readOpen(fd: number): Promise<GoodSnapshot | null>;
  /** What we wrote ourselves is known without reading it. */
  remember(snapshot: GoodSnapshot): void;
  /** Looks at the file and says what is wrong with it, if anything. */
  problem(): AppError | null;
  close(): void;
}

const SAVE_LOOK_MS = 5;

interface State {
  readonly path: string;
  readonly onProblem: ProblemListener;
  readonly patience: SavePatience;
  latest: Snapshot | null;
  good: GoodSnapshot | null;
  problem: AppError | null;
  reported: AppError | null;
  timer: NodeJS.Timeout | null;
}

/** Reads a board file when it changed, never twice the same. */
export function createJsonContent(path: string, onProblem: ProblemListener): JsonContent {
  const state: State = {
    path,
    onProblem,
    patience: createSavePatience(),
    latest: null,
    good: null,
    problem: null,
    reported: null,
    timer: null,
  };
  return {
    read() {
      look(state);
      if (state.good !== null) return state.good.content;
      throw state.problem ?? new Error('a board file without content and without problem');
    },
    readForWriting: () => readForWriting(state),
    readOpen: (fd) => readOpen(path, fd),
    remember(snapshot) {
      state.latest = snapshot;
      settle(state, snapshot);
    },
    problem() {
      look(state);
      return state.problem;
    },
    close() {
      if (state.timer !== null) clearTimeout(state.timer);
    },
  };
}

function look(state: State): void {
  const { path, latest } = state;
  try {
    const fingerprint = fingerprintAt(path);
    if (fingerprint === null) {
      lookAtNothing(state);
      return;
    }
    if (
      latest === null ||
      !isSame(latest.fingerprint, fingerprint) ||
      isTooFresh(fingerprint, latest.readAtMs)
    ) {
      state.latest = readSnapshot(path, path, latest);
    }
    if (state.latest !== null) judge(state, state.latest);
  } catch (error) {
    meet(state, null, error instanceof AppError ? error : unreadable(path, error));
  }
}

/** A board that never was is created (R-ART-114); one that is gone is a problem, not an empty board. */
function lookAtNothing(state: State): void {
  const { path, latest } = state;
  if (latest !== null) {
    meet(state, null, state.problem?.code === 'board-unavailable' ? state.problem : gone(path));
    return;
  }
  const target = targetOf(path);
  const folder = dirname(target);
  if (fingerprintAt(folder) === null) throw unreadable(path, new Error(`there is no folder ${folder}`));
  createFile(target, NEW_BOARD_TEXT);
  state.latest = readSnapshot(path, path, null);
  judge(state, state.latest);
}

const gone = (path: string): AppError =>
  new AppError('board-unavailable', `The board file ${path} is gone`, {
    hint: `put it back; the last content may be in ${backupPath(path)}`,
    details: { path },
  });

const backupPath = (path: string): string => `${path}.last-good.json`;

function judge(state: State, snapshot: Snapshot): void {
  if (state.good === snapshot && state.problem === null) return;
  if (isGood(snapshot)) settle(state, snapshot);
  else if (snapshot.content instanceof AppError) meet(state, snapshot, snapshot.content);
}

function settle(state: State, snapshot: GoodSnapshot): void {
  state.good = snapshot;
  state.problem = null;
  state.patience.good();
  if (state.reported === null) return;
  state.reported = null;
  state.onProblem(null);
}

/** A problem is reported when it is still there after the time of a save. */
function meet(state: State, snapshot: Snapshot | null, problem: AppError): void {
  state.problem = problem;
  state.patience.broken(snapshot);
  if (state.reported?.message !== problem.message && state.timer === null) reportLater(state);
}

function reportLater(state: State): void {
  const lookAgain = (): void => {
    look(state);
    state.timer = null;
    const { problem, reported, patience } = state;
    if (problem === null || reported?.message === problem.message) return;
    if (patience.left() > 0) {
      reportLater(state);
      return;
    }
    state.reported = problem;
    keepLastGood(state);
    state.onProblem(problem);
  };
  state.timer = setTimeout(lookAgain, Math.max(SAVE_LOOK_MS, state.patience.left())).unref();
}

function keepLastGood({ path, good }: State): void {
  if (good === null) return;
  try {
    writeSideFile(backupPath(path), good.text, 0o600);
  } catch {
    // A full disk or a folder that is gone: the content stays in memory and the problem is reported anyway.
  }
}

async function readForWriting(state: State): Promise<GoodSnapshot> {
  for (;;) {
    look(state);
    if (state.problem === null && state.good !== null) return state.good;
    if (state.reported !== null || state.patience.left() <= 0) {
      throw state.problem ?? new Error('a board file without content and without problem');
    }
    await delay(SAVE_LOOK_MS);
  }
}

async function readOpen(path: string, fd: number): Promise<GoodSnapshot | null> {
  const patience = createSavePatience();
  for (;;) {
    const snapshot = readSnapshot(path, fd, null);
    if (isGood(snapshot)) return snapshot;
    patience.broken(snapshot);
    if (patience.left() <= 0) return null;
    await delay(SAVE_LOOK_MS);
  }
}

const isGood = (snapshot: Snapshot): snapshot is GoodSnapshot => !(snapshot.content instanceof AppError);
