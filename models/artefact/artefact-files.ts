import { z } from 'zod';
import { OperationFailed } from '../../features/contract/failure.ts';
import { encodedWidth, encoderSchema } from '../encoding/encoder.ts';
import { familyNamed } from '../families/families.ts';
import type { Weight, Weights } from '../families/family.ts';
import { calibrationSchema } from '../scoring/probability/calibration.ts';
import { type ModelArtefact, modelDescriptionSchema } from './artefact.ts';

const BYTES_PER_WEIGHT = 4;

/** The files a model loads from. `weights.bin` is little-endian 32-bit floats, tensors end to end. */
export type ArtefactFiles = Readonly<Record<(typeof ARTEFACT_FILES)[number], Buffer>>;

export const ARTEFACT_FILES = ['model.json', 'weights.bin', 'encoder.json', 'calibration.json'] as const;

export function artefactToFiles({
  description,
  encoders,
  weights,
  calibration,
}: ModelArtefact): ArtefactFiles {
  const tensors = description.members.flatMap((member, index) =>
    member.tensors.map(({ name }) => weights[index]!.get(name)!.values),
  );
  const bytes = Buffer.alloc(tensors.reduce((size, { length }) => size + length * BYTES_PER_WEIGHT, 0));
  let at = 0;
  for (const values of tensors) for (const value of values) at = bytes.writeFloatLE(value, at);
  return {
    'model.json': jsonFile(description),
    'weights.bin': bytes,
    'encoder.json': jsonFile(encoders),
    'calibration.json': jsonFile(calibration),
  };
}

/**
 * Reads an artefact back, to the same bits.
 *
 * @param where names the version in errors
 * @throws OperationFailed when a file is not what it should be or the files do not fit together
 */
export function artefactFromFiles(files: ArtefactFiles, where: string): ModelArtefact {
  const description = parse(files['model.json'], modelDescriptionSchema, `${where} model.json`);
  const encoders = parse(files['encoder.json'], z.array(encoderSchema), `${where} encoder.json`);
  const calibration = parse(files['calibration.json'], calibrationSchema, `${where} calibration.json`);
  const bytes = files['weights.bin'];
  const expected = description.members.flatMap(({ tensors }) => tensors.map(({ shape }) => sizeOf(shape)));
  if (bytes.length !== BYTES_PER_WEIGHT * expected.reduce((sum, size) => sum + size, 0))
    throw unreadable(
      `${where} weights.bin`,
      `has ${bytes.length} bytes, which is not what model.json describes`,
    );
  let at = 0;
  const weights = description.members.map(
    ({ tensors }): Weights =>
      new Map(
        tensors.map(({ name, shape }): [string, Weight] => {
          const values = floatsAt(bytes, at, sizeOf(shape));
          at += values.byteLength;
          return [name, { shape, values }];
        }),
      ),
  );
  const intervals = description.targets.length;
  const fits =
    calibration.intervals.length === intervals &&
    Object.values(calibration.tenants).every((lines) => lines.length === intervals) &&
    weights.every((tensors, index) => {
      const { family, encoder } = description.members[index]!;
      const { shape } = familyNamed(family).network(tensors);
      const read = encoders[encoder];
      return read !== undefined && shape.inputs === encodedWidth(read) && shape.intervals === intervals;
    });
  if (!fits) throw unreadable(where, 'has files that do not fit together');
  return { description, encoders, weights, calibration };
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Where they lie, if the machine reads them as they are: threads that share the file share the weights. */
function floatsAt(bytes: Buffer, at: number, length: number): Float32Array {
  const offset = bytes.byteOffset + at;
  if (IS_LITTLE_ENDIAN && offset % BYTES_PER_WEIGHT === 0)
    return new Float32Array(bytes.buffer, offset, length);
  return Float32Array.from({ length }, (_, cell) => bytes.readFloatLE(at + cell * BYTES_PER_WEIGHT));
}

export function jsonFile(content: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(content, null, 1)}\n`);
}

function parse<Schema extends z.ZodType>(bytes: Buffer, schema: Schema, where: string): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw unreadable(where, 'cannot be read', cause);
  }
}

function unreadable(where: string, what: string, cause?: unknown): OperationFailed {
  return new OperationFailed({
    where,
    what,
    remedy: 'find every damaged version with churn models verify, then roll back or train again',
    cause,
  });
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}
