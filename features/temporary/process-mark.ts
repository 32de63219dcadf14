import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

const MARK = /^([0-9a-f]{8})-(\d+)-([0-9a-f]{8})$/;

let own: string | undefined;

/**
 * Names this process so that another one can tell whether it is still there: host, process id and when it was born. A
 * container counts as a host of its own, and an id that was given again after a restart is another process.
 */
export function processMark(): string {
  own ??= `${hostMark()}-${process.pid}-${birthMark(process.pid)}`;
  return own;
}

/** Null for a process of another host, of which nobody here can tell, and for a text that is no mark. */
export function isProcessGone(mark: string): boolean | null {
  const [, host, id, birth] = MARK.exec(mark) ?? [];
  if (host !== hostMark()) return null;
  return !isAlive(Number(id)) || birthMark(Number(id)) !== birth;
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // It is there and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function hostMark(): string {
  return shortHash(`${hostname()} ${orNothing(() => readlinkSync('/proc/self/ns/pid'))}`);
}

/** Where there is no /proc, all are born alike and the id has to do. */
function birthMark(processId: number): string {
  const boot = orNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const stat = orNothing(() => readFileSync(`/proc/${processId}/stat`, 'utf8'));
  // The name in parentheses may hold anything; the 20th field after it counts clock ticks since the machine's start.
  return shortHash(`${boot} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`);
}

function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
