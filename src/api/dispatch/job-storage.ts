import { AppError } from '../../core/errors.ts';

/** Says what trouble with the store kept somebody from: reading jobs, or changing them (R-ADX-050). */
export async function withJobStorage<T>(verb: 'read' | 'access', work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof AppError) || !isStorage(cause)) throw cause;
    const { code, message, hint, details } = cause;
    throw new AppError(code, `Could not ${verb} job storage: ${message}`, {
      cause,
      ...(hint === undefined ? {} : { hint }),
      ...(details === undefined ? {} : { details }),
    });
  }
}

const isStorage = ({ code }: AppError): boolean => code === 'storage-failed' || code === 'storage-full';
