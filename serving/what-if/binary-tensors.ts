import type { DATATYPES } from './inference-schemas.ts';
import type { PostedValue } from './posted-rows.ts';

type Datatype = (typeof DATATYPES)[number];

/** Numbers are little-endian; each text has its length in four bytes before it. */
interface NumberReader {
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number | bigint;
}

const NUMBERS: Readonly<Record<Exclude<Datatype, 'BYTES' | 'BOOL'>, NumberReader>> = {
  UINT8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  UINT16: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  UINT32: { bytes: 4, read: (view, at) => view.getUint32(at, true) },
  UINT64: { bytes: 8, read: (view, at) => view.getBigUint64(at, true) },
  INT8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  INT16: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  INT32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  INT64: { bytes: 8, read: (view, at) => view.getBigInt64(at, true) },
  FP32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  FP64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

const LENGTH_BYTES = 4;

/**
 * Values of a tensor in the binary data extension of the Open Inference Protocol. NaN is a value that is unknown.
 *
 * @returns what is wrong with the bytes, as a clause, where something is
 */
export function readBinaryTensor(datatype: Datatype, bytes: Uint8Array): PostedValue[] | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (datatype === 'BOOL') return [...bytes].map((byte) => byte !== 0);
  if (datatype === 'BYTES') return readTexts(bytes, view);
  const { bytes: size, read } = NUMBERS[datatype];
  if (bytes.length % size !== 0)
    return `has ${bytes.length} bytes of data, which are no whole ${datatype} values`;
  const values: PostedValue[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const value = Number(read(view, at));
    if (value === Infinity || value === -Infinity) return 'has a value that is not finite';
    values.push(Number.isNaN(value) ? null : value);
  }
  return values;
}

function readTexts(bytes: Uint8Array, view: DataView): string[] | string {
  const texts: string[] = [];
  const decoder = new TextDecoder();
  for (let at = 0; at < bytes.length; ) {
    const end = at + LENGTH_BYTES <= bytes.length ? at + LENGTH_BYTES + view.getUint32(at, true) : Infinity;
    if (end > bytes.length) return 'has a text that is longer than its data';
    texts.push(decoder.decode(bytes.subarray(at + LENGTH_BYTES, end)));
    at = end;
  }
  return texts;
}

/** Numbers as FP64, texts as BYTES. */
export function writeBinaryTensor(values: readonly (number | string)[]): Buffer {
  return Buffer.concat(
    values.map((value) => {
      if (typeof value === 'number') {
        const bytes = Buffer.alloc(8);
        bytes.writeDoubleLE(value);
        return bytes;
      }
      const text = Buffer.from(value);
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32LE(text.length);
      return Buffer.concat([length, text]);
    }),
  );
}
