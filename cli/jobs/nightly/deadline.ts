import { InvalidArgumentError } from 'commander';
import { parseBudgetSeconds } from '../../options/options.ts';

/** When a night must have landed, counted from its start. */
export type Deadline = (startedAt: Date) => Date;

const TIME_OF_DAY = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** @example parseTimeOfDay('06:00') // '06:00' */
export function parseTimeOfDay(value: string): string {
  if (!TIME_OF_DAY.test(value))
    throw new InvalidArgumentError('write it as a time of day in UTC such as 06:00');
  return value;
}

/**
 * A time of day in UTC, the next one from the start on, or a duration.
 *
 * @example parseDeadline('06:00'), parseDeadline('90m')
 */
export function parseDeadline(value: string): Deadline {
  const time = TIME_OF_DAY.exec(value);
  if (time !== null) {
    const [hours, minutes] = [Number(time[1]), Number(time[2])];
    return (startedAt) => {
      const deadline = new Date(startedAt);
      deadline.setUTCHours(hours, minutes, 0, 0);
      if (deadline <= startedAt) deadline.setUTCDate(deadline.getUTCDate() + 1);
      return deadline;
    };
  }
  try {
    const seconds = parseBudgetSeconds(value);
    return (startedAt) => new Date(startedAt.getTime() + seconds * 1000);
  } catch {
    throw new InvalidArgumentError(
      'write it as a time of day in UTC such as 06:00, or as a duration such as 90m',
    );
  }
}
