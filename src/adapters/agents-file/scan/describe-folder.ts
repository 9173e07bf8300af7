import { basename, join } from 'node:path';
import { cutCharacters } from '../../../core/policy/dispatch/texts.ts';
import type { FolderFacts } from '../../../core/ports/agent-scan.ts';
import {
  DESCRIPTION_LINES_CLAUDE_MD,
  DESCRIPTION_LINES_README,
  DESCRIPTION_PART_LENGTH_MAX,
  DESCRIPTION_SOURCE_BYTES_MAX,
} from '../limits.ts';
import { readBeginning, readJson, readSmall } from './read-text.ts';
import { tomlDescription } from './toml-description.ts';

const README_LINE_LENGTH_MIN = 21;
const CLAUDE_MD_LINES_TAKEN = 2;

/** What the project says of itself in one line, part by part (R-AD-129). */
export async function describeFolder(directory: string, facts: FolderFacts): Promise<string> {
  const own = await claudeMdPart(directory);
  const toml = await readSmall(join(directory, 'pyproject.toml'));
  const parts = [
    own === '' ? await readmePart(directory) : own,
    toml === null ? '' : (tomlDescription(toml) ?? ''),
    packagePart(await readJson(join(directory, 'package.json'))),
    listed('MCP', facts.mcpServers),
    listed('Stack', facts.stacks),
    listed('DB', facts.dbs),
  ];
  const said = parts.map(tidy).filter((part) => part !== '');
  return said.length === 0 ? `Agent in ${basename(directory)}` : said.join(' | ');
}

async function claudeMdPart(directory: string): Promise<string> {
  const lines = await firstLines(join(directory, 'CLAUDE.md'), DESCRIPTION_LINES_CLAUDE_MD);
  const telling = lines.filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('--'));
  return telling.slice(0, CLAUDE_MD_LINES_TAKEN).join(' ');
}

async function readmePart(directory: string): Promise<string> {
  const lines = await firstLines(join(directory, 'README.md'), DESCRIPTION_LINES_README);
  return lines.find((line) => line.length >= README_LINE_LENGTH_MIN && !/^[#[!]/.test(line)) ?? '';
}

function packagePart(manifest: unknown): string {
  const description = (manifest as { description?: unknown } | null)?.description;
  return typeof description === 'string' ? description : '';
}

async function firstLines(path: string, linesMax: number): Promise<string[]> {
  const beginning = await readBeginning(path, DESCRIPTION_SOURCE_BYTES_MAX);
  const lines = beginning?.text.replace(/^\ufeff/, '').split(/\r?\n/) ?? [];
  return lines.slice(0, linesMax).map((line) => line.trim());
}

const listed = (title: string, names: readonly string[]): string =>
  names.length === 0 ? '' : `${title}: ${names.join(', ')}`;

/** One line, without control characters, of bearable length. */
function tidy(part: string): string {
  const line = part.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  const cut = cutCharacters(line, DESCRIPTION_PART_LENGTH_MAX);
  return cut.length < line.length ? `${cut.trimEnd()}…` : cut;
}
