import { AppError, type ErrorCode } from '../core/errors.ts';

/** What every failed request answers (R-ART-080); the status stands in the table of error codes. */
export interface ErrorBody {
  readonly error: string;
  readonly code: string;
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An error as HTTP shows it. */
export interface HttpFailure {
  readonly status: number;
  readonly body: ErrorBody;
  /** A bug of ours: logged with its stack, shown without. */
  readonly isBug: boolean;
}

/** Statuses of the transport that no error code stands for. */
const STATUSES: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid-input',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'payload-too-large',
  414: 'payload-too-large',
  415: 'unsupported-media-type',
  431: 'payload-too-large',
  503: 'shutting-down',
};

/** Anything thrown, as status and body. */
export function failureOf(error: unknown): HttpFailure {
  if (error instanceof AppError) {
    const { message, code, hint, details, policy } = error;
    const body = {
      error: message,
      code,
      ...(hint === undefined ? {} : { hint }),
      ...(details === undefined ? {} : { details }),
    };
    return { status: policy.httpStatus, body, isBug: false };
  }
  const status = statusOf(error);
  const code = STATUSES[status];
  if (code !== undefined && error instanceof Error) {
    return { status, body: { error: error.message, code }, isBug: false };
  }
  return { status: 500, body: { error: 'internal error', code: 'internal' }, isBug: true };
}

function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return 500;
  return typeof error.statusCode === 'number' ? error.statusCode : 500;
}
