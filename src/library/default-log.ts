import pino from 'pino';
import type { Log } from '../core/ports/log.ts';

/** JSON lines on stderr: time, level, message, facts (R-ART-119, R-ART-120). */
export function createDefaultLog(debug: boolean): Log {
  return pino(
    {
      level: debug ? 'debug' : 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
