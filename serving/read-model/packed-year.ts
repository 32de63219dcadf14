import { createHash } from 'node:crypto';
import { type AsOfDate, fromEpochDay, toEpochDay } from '../../features/contract/as-of-date.ts';
import { type AccountYear, WEEKS_OF_A_YEAR } from '../scores-mart/year-of-activity.ts';

/** What one account did in the 52 weeks before the as-of date. */
export interface YearOfActivity {
  readonly countedFrom: AsOfDate;
  /** Events by week, the oldest first, of each kind that it did anything of. */
  readonly weeksByKind: ReadonlyMap<string, readonly number[]>;
}

/** A year of activity of every account of a tenant, in one block of bytes outside of the JavaScript heap. */
export interface PackedYear {
  /** Null where the marts have none of the account. */
  of(row: number): YearOfActivity | null;
  readonly byteLength: number;
  /** All of it: equal digest, equal counts. */
  readonly digest: string;
}

const NO_ROW = -0x8000_0000;
/** One bit for each week. */
const BITMAP_BYTES = Math.ceil(WEEKS_OF_A_YEAR / 8);
const MOST_KINDS = 255;

/**
 * Packs year by year as they are read. A kind is its number, a bitmap of the weeks with events, and their counts in seven bits a
 * byte: a count below 128 takes one byte and a week without events one bit. An account takes 100 to 350 bytes.
 */
export async function packYear(
  rowOfAccount: ReadonlyMap<string, number>,
  years: AsyncIterable<AccountYear>,
): Promise<PackedYear> {
  const rowCount = rowOfAccount.size;
  const countedFrom = new Int32Array(rowCount).fill(NO_ROW);
  const [starts, ends] = [new Uint32Array(rowCount), new Uint32Array(rowCount)];
  const kinds: string[] = [];
  const numberOfKind = new Map<string, number>();
  let bytes = Buffer.allocUnsafeSlow(1024);
  let end = 0;
  const write = (byte: number) => {
    if (end === bytes.length) bytes = grown(bytes);
    bytes[end++] = byte;
  };
  for await (const { accountId, countedFrom: from, weeksByKind } of years) {
    const row = rowOfAccount.get(accountId);
    if (row === undefined) continue;
    countedFrom[row] = toEpochDay(from);
    starts[row] = end;
    for (const [kind, turns] of weeksByKind) {
      const number = numberOfKind.get(kind) ?? kinds.push(kind) - 1;
      if (number > MOST_KINDS)
        throw new TypeError(`the marts count more than ${MOST_KINDS + 1} kinds of activity`);
      numberOfKind.set(kind, number);
      write(number);
      for (let byte = 0; byte < BITMAP_BYTES; byte++) write(bitsOf(turns, byte));
      for (let at = 1; at < turns.length; at += 2) {
        let rest = turns[at]!;
        for (; rest > 127; rest = Math.floor(rest / 128)) write((rest % 128) + 128);
        write(rest);
      }
    }
    ends[row] = end;
  }
  const packed = Buffer.allocUnsafeSlow(end);
  bytes.copy(packed, 0, 0, end);
  return {
    byteLength: packed.byteLength + countedFrom.byteLength + starts.byteLength + ends.byteLength,
    digest: createHash('sha256')
      .update(JSON.stringify(kinds))
      .update(countedFrom)
      .update(starts)
      .update(packed)
      .digest('base64url'),
    of(row) {
      const from = countedFrom[row];
      if (from === undefined || from === NO_ROW) return null;
      const weeksByKind = unpacked(packed.subarray(starts[row], ends[row]), kinds);
      return { countedFrom: fromEpochDay(from), weeksByKind };
    },
  };
}

function unpacked(bytes: Buffer, kinds: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const weeksByKind = new Map<string, readonly number[]>();
  let at = 0;
  while (at < bytes.length) {
    const kind = kinds[bytes[at]!]!;
    const bitmap = at + 1;
    at = bitmap + BITMAP_BYTES;
    const weeks = new Array<number>(WEEKS_OF_A_YEAR).fill(0);
    for (let week = 0; week < WEEKS_OF_A_YEAR; week++) {
      if (((bytes[bitmap + (week >> 3)]! >> (week & 7)) & 1) === 0) continue;
      let events = 0;
      for (let place = 1, isLast = false; !isLast; place *= 128) {
        const byte = bytes[at++]!;
        isLast = byte < 128;
        events += (byte % 128) * place;
      }
      weeks[WEEKS_OF_A_YEAR - 1 - week] = events;
    }
    weeksByKind.set(kind, weeks);
  }
  return weeksByKind;
}

/** One byte of the bitmap of weeks. */
function bitsOf(turns: readonly number[], byte: number): number {
  let bits = 0;
  for (let at = 0; at < turns.length; at += 2) if (turns[at]! >> 3 === byte) bits |= 1 << (turns[at]! & 7);
  return bits;
}

function grown(bytes: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(2 * bytes.length);
  bytes.copy(larger);
  return larger;
}
