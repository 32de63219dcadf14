import { tmpdir, totalmem } from 'node:os';

/** How much memory every DuckDB of this process may hold, and where one without a file spills beyond. */
export interface EngineMemory {
  /** DuckDB's memory limit, e.g. '2GB'. It is a bound and not a reservation. */
  readonly limit: string;
  /** Folder in which each makes one of its own, since two must not spill into the same. A file spills beside itself. */
  readonly spillFolder: string;
}

const MEGABYTE = 1e6;
/** A quarter of the machine, but no less than DuckDB needs for wide rows and no more than a build gains from. */
const SHARE = 1 / 4;
const LEAST_MEGABYTES = 1000;
const MOST_MEGABYTES = 1500;

let current: EngineMemory | undefined;

/** Sets it for the whole process; called once, by whoever reads the configuration. */
export function useEngineMemory(memory: EngineMemory): void {
  current = memory;
}

export function engineMemory(): EngineMemory {
  current ??= { limit: defaultMemoryLimit(), spillFolder: tmpdir() };
  return current;
}

/** @param machineBytes as machineMemoryBytes gives it */
export function defaultMemoryLimit(machineBytes: number = machineMemoryBytes()): string {
  const share = Math.round((machineBytes * SHARE) / MEGABYTE);
  return `${Math.min(MOST_MEGABYTES, Math.max(LEAST_MEGABYTES, share))}MB`;
}

/** What this process may use at most: the machine's memory, or what its control group is allowed of it. */
export function machineMemoryBytes(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}
