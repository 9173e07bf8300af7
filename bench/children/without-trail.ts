import { registerHooks } from 'node:module';

/** In the place of what writes audit rows of either kind; the rest of each module stays as it is. */
const STAND_INS: Readonly<Record<string, string>> = {
  '/adapters/store/audit-chain.js':
    'export const createAuditChain = () => ({ append() {}, head: () => null });',
  '/adapters/store/audit-queue.js': 'export const createAuditQueue = () => async () => {};',
  '/adapters/boards/ledger/audit.js':
    "export * from './audit.js?whole'; export const appendEvent = () => '';",
};

/** Makes this process load a product that keeps no audit trail: what the trail costs is the difference. */
export function leaveOutTrail(): void {
  registerHooks({
    load(url, context, nextLoad) {
      const path = Object.keys(STAND_INS).find((end) => url.endsWith(end));
      if (path === undefined) return nextLoad(url, context);
      return { format: 'module', source: STAND_INS[path] ?? '', shortCircuit: true };
    },
  });
}
