import type { QuietHours } from './alert-settings.ts';

/** When sending may go on: `now`, or the end of the quiet hours that `now` lies in. */
export function whenHeard(quiet: QuietHours | undefined, now: Date): Date {
  if (quiet === undefined) return now;
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  const minute = minuteOfDay(now, quiet.zone);
  // Quiet hours may run over midnight.
  const isQuiet = from <= to ? minute >= from && minute < to : minute >= from || minute < to;
  if (!isQuiet) return now;
  const minutesLeft = (to - minute + 24 * 60) % (24 * 60);
  const end = new Date(now.getTime() + minutesLeft * 60_000);
  end.setUTCSeconds(0, 0);
  return end;
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

function minuteOfDay(now: Date, zone: string): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return minutesOf(format.format(now));
}
