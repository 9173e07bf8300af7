// Prints `N passed, N failed, N skipped` from vitest's JSON report and ends with 1 unless everything passed.
// Arguments: report file, exit code of the checks, exit code of the tests. A gate that ran no test has failed.
import { readFileSync } from 'node:fs';

const [file = '', checkCode = '1', testCode = '1'] = process.argv.slice(2);

function readReport() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

const report = readReport();
const passed = report.numPassedTests ?? 0;
const skipped = (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0);
// A file that could not be loaded has no tests to count, but it has failed.
const broken = (report.testResults ?? []).filter(
  (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
);
const counted = (report.numFailedTests ?? 0) + broken.length;
// The runner may fail without a failed test: a leaked handle, an error outside a test, no report at all.
const failed = counted === 0 && (testCode !== '0' || passed === 0) ? 1 : counted;

console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 && checkCode === '0' ? 0 : 1;
