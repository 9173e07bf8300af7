import { statSync } from 'node:fs';
import { absolutePath } from '../absolute-path.ts';
import { problemOf, valueAt } from '../check-shape.ts';
import { checkLayer, type LayerResult } from '../layer.ts';
import { type ParsedFile, parseYaml } from '../parse-yaml.ts';
import {
  type ConfigNote,
  formatOrigin,
  formatPath,
  type Origin,
  type Path,
  type Problem,
} from '../problem.ts';
import { nearest } from '../suggest.ts';
import { producerPath } from './map-path.ts';
import { mapProducer, sharedPart } from './map-producer.ts';
import { KNOWN_KEYS, ProducerFile } from './producer-file.ts';

/** A producer.yaml's text as a layer; every problem is told under the key it has in that file (R-PROD-019). */
export function producerLayer(text: string, display: string, folder: string): LayerResult {
  const parsed = parseYaml(text, display);
  const { value } = parsed;
  const notes = unknownKeys(parsed);
  const given = valueAt(value, ['project_root']);
  const root = absolutePath(typeof given === 'string' && given !== '' ? given : '.', folder);
  const nothing = { layer: null, rest: null, notes };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const message = 'must be a map of keys to values, with project_name and budget.project_ceiling_usd';
    return { ...nothing, problems: [{ origin: parsed.locate([]), path: [], message }] };
  }
  const shape = ProducerFile.safeParse(value);
  const problems = shape.success
    ? []
    : shape.error.issues.map((issue) => problemOf(issue, value, parsed.locate));
  if (!isFolder(root)) {
    const path = ['project_root'];
    problems.push({ origin: parsed.locate(path), path, message: `there is no folder ${root}` });
  }
  // What is not written down is a default, wherever the mapping put it.
  const locate = (path: Path): Origin => {
    const own = producerPath(path);
    return valueAt(value, own) === undefined ? { kind: 'default' } : parsed.locate(own);
  };
  if (!shape.success) {
    const others = checkLayer(sharedPart(value as ProducerFile), locate).problems;
    return { ...nothing, problems: [...problems, ...others] };
  }
  const { layer, rest, ...checked } = checkLayer(mapProducer(shape.data, root), locate);
  return {
    ...{ layer, rest },
    problems: [...problems, ...checked.problems.map(asWritten)],
    notes: [...notes, ...checked.notes.filter(({ level, text }) => level === 'warning' && !TOLD.test(text))],
  };
}

/** A problem found in the mapped configuration, under the key that people wrote. */
export const asWritten = (problem: Problem): Problem => ({ ...problem, path: producerPath(problem.path) });

/** Sections whose unknown keys are told above. */
const TOLD = /: (?:roles|auth|budget)\b/;

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Keys nobody reads are ignored, as ever, but no longer in silence (R-PROD-019). */
function unknownKeys({ value, locate }: ParsedFile): ConfigNote[] {
  const notes: ConfigNote[] = [];
  const look = (path: Path, known: readonly string[]): void => {
    const bag = valueAt(value, path);
    if (typeof bag !== 'object' || bag === null || Array.isArray(bag)) return;
    for (const key of Object.keys(bag)) {
      if (known.includes(key) || (path.length === 0 && key.startsWith('x-'))) continue;
      const here = [...path, key];
      const meant = nearest(key, known);
      const tail = meant === undefined ? '' : ` (did you mean ${meant}?)`;
      const text = `${formatOrigin(locate(here))}: ${formatPath(here)}: unknown key, ignored${tail}`;
      notes.push({ level: 'warning', text });
    }
  };
  look([], KNOWN_KEYS.top);
  look(['budget'], KNOWN_KEYS.budget);
  look(['auth'], KNOWN_KEYS.auth);
  const roles = valueAt(value, ['budget', 'agents']);
  for (const name of Object.keys(typeof roles === 'object' && roles !== null ? roles : {}))
    look(['budget', 'agents', name], KNOWN_KEYS.role);
  return notes;
}
