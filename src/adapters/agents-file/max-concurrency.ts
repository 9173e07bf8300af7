import { CONCURRENT_AGENTS_MAX, CONFIG_FILE_BYTES_MAX } from '../../core/limits.ts';
import { agentsFileText, checkAgentsDocument, parseAgentsDocument } from './parse-agents-file.ts';
import { readBounded } from './read-bounded.ts';

/** How many agents run at once by agents.yaml; null when it does not say, or cannot be read: whoever needs it tells. */
export async function maxConcurrencyIn(path: string): Promise<number | null> {
  try {
    const text = agentsFileText(await readBounded(path, CONFIG_FILE_BYTES_MAX), path);
    const slots =
      checkAgentsDocument(parseAgentsDocument(text, path), path)?.settings?.max_concurrency ?? null;
    return slots === null ? null : Math.min(slots, CONCURRENT_AGENTS_MAX);
  } catch {
    return null;
  }
}
