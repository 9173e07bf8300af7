import { openAuditFile } from './audit-file.ts';

/** Every line of a file's trails as it stands there, with its hashes, one after the other. */
export function* exportedRows(path: string): Iterable<object> {
  const file = openAuditFile(path);
  try {
    if (file.kind === 'ledger') {
      yield* file.rows();
      return;
    }
    for (const project of file.projects) {
      for (const { detail, prevHash, ...row } of file.rows(project)) {
        yield { ...row, at: new Date(row.at).toISOString(), at_ms: row.at, detail, prev_hash: prevHash };
      }
    }
  } finally {
    file.close();
  }
}
