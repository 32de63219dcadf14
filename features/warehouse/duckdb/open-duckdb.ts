import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { diskFailure } from '../../contract/disk-failure.ts';
import { OperationFailed, reasonOf } from '../../contract/failure.ts';
import { damaged, isDamage } from './damaged.ts';
import { engineMemory } from './engine-memory.ts';

const LOCK_POLL_MS = 100;
/** The engine writes three blocks of 4 KiB before it writes anything else. */
const HEADER_BYTES = 3 * 4096;
const HALF_MADE_AFTER_MS = 10_000;

export interface OpenOptions {
  /** Path of the database file, created with its folder when absent; `:memory:` for none. */
  readonly file: string;
  readonly readOnly?: boolean;
  /** DuckDB's memory limit, e.g. '2GB'. Beyond it, DuckDB spills to disk. Default: engineMemory(). */
  readonly memoryLimit?: string;
  readonly threads?: number;
  /** How long to wait while another process holds the file. Default 10 s. */
  readonly lockTimeoutMs?: number;
}

/** Another process holds the warehouse. */
export class WarehouseInUse extends OperationFailed {}

/** Opens the database file, waiting while another process holds it: DuckDB lets one writer in at a time. */
export async function openDuckDbInstance(options: OpenOptions): Promise<DuckDBInstance> {
  const { file, readOnly = false, lockTimeoutMs = 10_000 } = options;
  if (file !== ':memory:' && !readOnly) makeFolder(file);
  const deadline = performance.now() + lockTimeoutMs;
  for (;;) {
    const wasThere = existsSync(file);
    try {
      return await openOnce(options);
    } catch (error) {
      if (!readOnly && isHalfMade(file, wasThere, error)) {
        rmSync(file);
        if (wasThere) continue;
      }
      if (!isLocked(error) || performance.now() >= deadline) throw openFailure(file, lockTimeoutMs, error);
      await sleep(LOCK_POLL_MS);
    }
  }
}

async function openOnce({ file, readOnly, memoryLimit, threads }: OpenOptions): Promise<DuckDBInstance> {
  const configuration: Record<string, string> = {
    // Nothing the engine needs comes from the network.
    autoinstall_known_extensions: 'false',
    ...(readOnly ? { access_mode: 'READ_ONLY' } : {}),
    memory_limit: memoryLimit ?? engineMemory().limit,
    ...(threads === undefined ? {} : { threads: String(threads) }),
  };
  // The cache makes a second open in this process share the first one's database. Without it there would be
  // two on one file, and closing either would drop the process's file lock.
  const instance =
    file === ':memory:'
      ? await DuckDBInstance.create(file, configuration)
      : await DuckDBInstance.fromCache(file, configuration);
  const connection = await instance.connect();
  try {
    // A time without an offset means UTC, whatever TZ the machine has.
    await connection.run(`set global TimeZone = 'UTC'`);
  } finally {
    connection.disconnectSync();
  }
  return instance;
}

function makeFolder(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (cause) {
    throw new OperationFailed({
      where: dirname(file),
      what: `the folder cannot be created (${(cause as NodeJS.ErrnoException).code})`,
      remedy: 'make it writable, or set CHURN_HOME to a folder that is',
      cause,
    });
  }
}

/** A file without the engine's headers never held anything: the disk was full, or the process killed, as it was made. */
function isHalfMade(file: string, wasThere: boolean, error: unknown): boolean {
  const made = file === ':memory:' ? undefined : statSync(file, { throwIfNoEntry: false });
  if (made === undefined || made.size === 0 || made.size >= HEADER_BYTES || isLocked(error)) return false;
  return !wasThere || Date.now() - made.mtimeMs > HALF_MADE_AFTER_MS;
}

function isLocked(error: unknown): boolean {
  return /Could not set lock|Conflicting lock|being used by another process/.test(messageOf(error));
}

function openFailure(file: string, waitedMs: number, cause: unknown): OperationFailed {
  const message = messageOf(cause);
  if (isLocked(cause)) {
    const holder = /held in (.+?) \(PID (\d+)\)/.exec(message);
    return new WarehouseInUse({
      where: file,
      what: `the warehouse is in use by ${holder ? `process ${holder[2]} (${holder[1]})` : 'another process'} and still was after ${waitedMs / 1000} s`,
      remedy: 'wait until it is done, or stop it',
      cause,
    });
  }
  if (/does not exist/.test(message))
    return new OperationFailed({
      where: file,
      what: 'there is no warehouse yet',
      remedy: 'run `churn import`, or `churn demo` for simulated data',
      cause,
    });
  const disk = diskFailure(cause, file);
  if (disk !== undefined) return disk;
  if (isDamage(message)) return damaged(file, cause);
  return new OperationFailed({
    where: file,
    what: `the warehouse cannot be opened (${reasonOf(cause)})`,
    remedy: 'make the file and its folder readable and writable, or set CHURN_HOME to another folder',
    cause,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
