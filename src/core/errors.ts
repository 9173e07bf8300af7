/** How every surface treats one operating error: may it be tried again, what HTTP status, what exit code. */
export interface ErrorPolicy {
  readonly retryable: boolean;
  readonly httpStatus: number;
  readonly exitCode: number;
}

/**
 * The closed set of operating errors. One row decides what HTTP, MCP and CLI answer (R-ART-080).
 * Exit codes: 1 failure, 2 usage, 3 not found, 4 conflict, 5 auth, 69 unavailable, 75 temporary, 124 timeout.
 */
const ERROR_POLICIES = {
  'invalid-input': { retryable: false, httpStatus: 400, exitCode: 2 },
  'invalid-config': { retryable: false, httpStatus: 400, exitCode: 2 },
  'invalid-prices': { retryable: true, httpStatus: 502, exitCode: 1 },
  'payload-too-large': { retryable: false, httpStatus: 413, exitCode: 2 },
  unauthorized: { retryable: false, httpStatus: 401, exitCode: 5 },
  forbidden: { retryable: false, httpStatus: 403, exitCode: 5 },
  'queue-management-disabled': { retryable: false, httpStatus: 403, exitCode: 5 },
  'task-not-found': { retryable: false, httpStatus: 404, exitCode: 3 },
  'queue-not-found': { retryable: false, httpStatus: 404, exitCode: 3 },
  'route-not-found': { retryable: false, httpStatus: 404, exitCode: 3 },
  'agent-not-found': { retryable: false, httpStatus: 404, exitCode: 3 },
  'run-not-found': { retryable: false, httpStatus: 404, exitCode: 3 },
  'host-not-found': { retryable: false, httpStatus: 404, exitCode: 3 },
  'not-found': { retryable: false, httpStatus: 404, exitCode: 3 },
  'method-not-allowed': { retryable: false, httpStatus: 405, exitCode: 2 },
  'unsupported-media-type': { retryable: false, httpStatus: 415, exitCode: 2 },
  'wrong-host': { retryable: false, httpStatus: 421, exitCode: 5 },
  conflict: { retryable: false, httpStatus: 409, exitCode: 4 },
  'already-exists': { retryable: false, httpStatus: 409, exitCode: 4 },
  'queue-not-empty': { retryable: false, httpStatus: 409, exitCode: 4 },
  'queue-in-use': { retryable: false, httpStatus: 409, exitCode: 4 },
  'claim-lost': { retryable: false, httpStatus: 409, exitCode: 4 },
  'idempotency-mismatch': { retryable: false, httpStatus: 409, exitCode: 4 },
  'already-running': { retryable: false, httpStatus: 409, exitCode: 4 },
  'project-elsewhere': { retryable: false, httpStatus: 409, exitCode: 4 },
  'too-many-requests': { retryable: true, httpStatus: 429, exitCode: 75 },
  'line-full': { retryable: true, httpStatus: 429, exitCode: 75 },
  'board-unavailable': { retryable: true, httpStatus: 502, exitCode: 69 },
  'board-broken': { retryable: true, httpStatus: 502, exitCode: 69 },
  'temporal-unavailable': { retryable: true, httpStatus: 503, exitCode: 69 },
  'no-worker': { retryable: true, httpStatus: 503, exitCode: 69 },
  'shutting-down': { retryable: true, httpStatus: 503, exitCode: 69 },
  'brake-armed': { retryable: false, httpStatus: 503, exitCode: 75 },
  'brake-unconfirmed': { retryable: true, httpStatus: 504, exitCode: 6 },
  'storage-full': { retryable: true, httpStatus: 507, exitCode: 69 },
  'storage-failed': { retryable: true, httpStatus: 500, exitCode: 69 },
  'anchor-failed': { retryable: true, httpStatus: 502, exitCode: 69 },
  'port-taken': { retryable: false, httpStatus: 500, exitCode: 69 },
  'timed-out': { retryable: true, httpStatus: 504, exitCode: 124 },
  'agent-failed': { retryable: true, httpStatus: 502, exitCode: 1 },
  /** A bug of ours: the answer says no more than that. */
  internal: { retryable: false, httpStatus: 500, exitCode: 70 },
  'node-too-old': { retryable: false, httpStatus: 500, exitCode: 69 },
} as const satisfies Record<string, ErrorPolicy>;

/** The code of an operating error; a new one is one row in the table above. */
export type ErrorCode = keyof typeof ERROR_POLICIES;

/** All codes, for documentation and for checks of an unknown string. */
export const ERROR_CODES = Object.keys(ERROR_POLICIES) as readonly ErrorCode[];

/** What every surface does about this code. */
export function errorPolicy(code: ErrorCode): ErrorPolicy {
  return ERROR_POLICIES[code];
}

/** Is this string one of our error codes? */
export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(ERROR_POLICIES, value);
}

/** What an {@link AppError} carries beside its code and message. */
export interface AppErrorOptions extends ErrorOptions {
  /** One short sentence or command that mends it, shown to the person. */
  readonly hint?: string;
  /** Facts for machines: field names, ids, limits. Plain JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An operating error: something a user or operator can understand and mend. Bugs are plain `Error`s. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }

  get policy(): ErrorPolicy {
    return ERROR_POLICIES[this.code];
  }
}

/** Throws an `invalid-input` error that names the field and the fix. */
export function invalidInput(field: string, problem: string, hint?: string): never {
  throw new AppError('invalid-input', `${field}: ${problem}`, {
    details: { field },
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Marks a branch that types say cannot be reached. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
