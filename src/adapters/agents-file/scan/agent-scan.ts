import { join } from 'node:path';
import { messageOf } from '../../../core/errors.ts';
import type { AgentScan, FolderFacts } from '../../../core/ports/agent-scan.ts';
import { type Fingerprint, fingerprintAt, isSame, isTooFresh } from '../../files/file-fingerprint.ts';
import { absoluteFolder } from '../absolute-folder.ts';
import { SCAN_FOLDERS_KEPT_MAX } from '../limits.ts';
import { describeFolder } from './describe-folder.ts';
import { detect } from './detect.ts';
import { DATABASES, STACKS } from './detectors.ts';
import { entryKind, entryNames } from './folder-entries.ts';
import { folderHealth } from './folder-health.ts';
import { MCP_FILES, mcpServers } from './mcp-servers.ts';
import { previewText } from './preview-text.ts';

interface Look {
  readonly prints: readonly (Fingerprint | null)[];
  readonly lookedAtMs: number;
  readonly facts: FolderFacts;
}

const NOTHING = {
  ...{ hasClaudeMd: false, hasReadme: false, hasMcpConfig: false },
  ...{ mcpServers: [], stacks: [], dbs: [], scanError: null },
};

/** Looks into folders; what was found is kept until the folder or one of the files that were read changes. */
export function createAgentScan(): AgentScan {
  const looks = new Map<string, Look>();

  async function look(directory: string): Promise<FolderFacts> {
    const prints = printsOf(directory);
    const known = looks.get(directory);
    if (known !== undefined && prints !== null && isCurrent(known, prints)) return known.facts;
    const lookedAtMs = Date.now();
    const facts = await factsOf(directory);
    looks.delete(directory);
    if (prints !== null && facts.healthy === true && facts.scanError === null) {
      looks.set(directory, { prints, lookedAtMs, facts });
      const [oldest] = looks.keys();
      if (looks.size > SCAN_FOLDERS_KEPT_MAX && oldest !== undefined) looks.delete(oldest);
    }
    return facts;
  }

  return {
    resolve: (directory) => absoluteFolder(directory, process.cwd()),
    look,
    async preview(directory, lines) {
      const [claudeMd, readme] = await Promise.all([
        previewText(directory, 'CLAUDE.md', lines),
        previewText(directory, 'README.md', lines),
      ]);
      return { claudeMd, readme };
    },
    describe: async (directory) => describeFolder(directory, await look(directory)),
  };
}

async function factsOf(directory: string): Promise<FolderFacts> {
  const healthy = await folderHealth(directory);
  if (healthy !== true) return { ...NOTHING, healthy };
  try {
    const [claudeMd, readme, mcpConfig] = await Promise.all([
      entryKind(directory, 'CLAUDE.md'),
      entryKind(directory, 'README.md'),
      entryKind(directory, '.mcp.json'),
    ]);
    const has = {
      hasClaudeMd: claudeMd === 'file',
      hasReadme: readme === 'file',
      hasMcpConfig: mcpConfig === 'file',
    };
    return { ...NOTHING, healthy, ...has, ...(await found(directory)) };
  } catch {
    return { ...NOTHING, healthy: 'UNREADABLE' };
  }
}

async function found(
  directory: string,
): Promise<Pick<FolderFacts, 'mcpServers' | 'stacks' | 'dbs' | 'scanError'>> {
  try {
    const names = await entryNames(directory);
    const [servers, stacks, dbs] = await Promise.all([
      mcpServers(directory),
      detect(directory, STACKS, names),
      detect(directory, DATABASES, names),
    ]);
    return { mcpServers: servers, stacks, dbs, scanError: null };
  } catch (error) {
    return { mcpServers: [], stacks: [], dbs: [], scanError: messageOf(error) };
  }
}

/** What changes when one of our findings could; null when even that cannot be seen. */
function printsOf(directory: string): (Fingerprint | null)[] | null {
  try {
    return [directory, ...MCP_FILES.map((file) => join(directory, file))].map(fingerprintAt);
  } catch {
    return null;
  }
}

function isCurrent({ prints, lookedAtMs }: Look, now: readonly (Fingerprint | null)[]): boolean {
  return prints.every(
    (print, index) => isSame(print, now[index] ?? null) && (print === null || !isTooFresh(print, lookedAtMs)),
  );
}
