import { type DestinationStream, destination, type Logger, pino } from 'pino';

/** Structured lines: fields for programs, a message for people. No field holds a name, an owner or a query. */
export type ServiceLog = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

export interface OpenServiceLog extends ServiceLog {
  /** Writes what is buffered. */
  flush(): void;
}

/** One JSON document per line, on stderr by default. */
export function createServiceLog(
  to: DestinationStream = destination({ fd: 2, sync: false }),
): OpenServiceLog {
  return pino(
    {
      base: { service: 'churn' },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    },
    to,
  );
}
