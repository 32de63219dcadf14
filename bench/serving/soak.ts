import { openLoop } from './open-loop.ts';
import type { Request } from './requests.ts';

export interface Soak {
  readonly minutes: number;
  readonly failures: number;
  /** Resident memory at the end of each minute. */
  readonly megabytes: readonly number[];
  /** Straight line through the second half of the minutes. */
  readonly megabytesPerMinute: number;
}

/** Steady traffic for some minutes, watching the memory that the service itself reports. */
export async function soak(
  url: string,
  requests: readonly Request[],
  { minutes, perSecond, onMinute }: SoakOptions,
): Promise<Soak> {
  const megabytes: number[] = [];
  let failures = 0;
  for (let minute = 0; minute < minutes; minute++) {
    const round = await openLoop(url, requests, { perSecond, seconds: 60 });
    failures += round.failures;
    megabytes.push(await residentMegabytes(url));
    onMinute(minute + 1, megabytes.at(-1)!);
  }
  return {
    minutes,
    failures,
    megabytes,
    megabytesPerMinute: slope(megabytes.slice(Math.floor(minutes / 2))),
  };
}

export interface SoakOptions {
  readonly minutes: number;
  readonly perSecond: number;
  readonly onMinute: (minute: number, megabytes: number) => void;
}

async function residentMegabytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_memory_usage\S* (\d+)/m.exec(text)![1]) / 1e6;
}

function slope(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const across = values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  return values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0) / across;
}
