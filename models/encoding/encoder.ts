import { z } from 'zod';
import type { FeatureColumn, FeatureFrame } from '../../features/contract/feature-frame.ts';
import type { FeatureDefinition, FeatureSet } from '../../features/contract/feature-set.ts';
import {
  type CategoryEncodingOptions,
  categoryEncodingSchema,
  categoryWidth,
  encodeCategory,
  fitCategoryEncoding,
} from './category-encoding.ts';
import { featureColumn } from './feature-columns.ts';
import {
  encodeNumeric,
  fitNumericEncoding,
  type NumericEncodingOptions,
  numericEncodingSchema,
  numericWidth,
} from './numeric-encoding.ts';

/** Fitted preprocessing as plain data; it lives inside the artefact, so training and serving cannot disagree. */
export const encoderSchema = z.object({
  encodings: z.array(z.discriminatedUnion('kind', [numericEncodingSchema, categoryEncodingSchema])),
  /** Features that can teach nothing, and why. */
  dropped: z.array(z.object({ feature: z.string(), reason: z.string() })),
});

export type Encoder = z.infer<typeof encoderSchema>;

export type Encoding = Encoder['encodings'][number];

export interface EncoderOptions extends NumericEncodingOptions, CategoryEncodingOptions {}

/** Learns medians, scales, bin edges and levels from training rows. Constant and all-missing features are dropped. */
export function fitEncoder(frame: FeatureFrame, featureSet: FeatureSet, options: EncoderOptions): Encoder {
  const encodings: Encoding[] = [];
  const dropped: { feature: string; reason: string }[] = [];
  for (const definition of featureSet.features) {
    const column = featureColumn(frame, definition);
    const encoding =
      column.kind === 'number'
        ? fitNumericEncoding(definition.name, column.values, options)
        : fitCategoryEncoding(definition.name, column, options);
    if ('dropped' in encoding) dropped.push({ feature: definition.name, reason: encoding.dropped });
    else encodings.push(encoding);
  }
  return { encodings, dropped };
}

/** Number of model inputs per row. */
export function encodedWidth(encoder: Encoder): number {
  return encoder.encodings.reduce((width, encoding) => width + widthOf(encoding), 0);
}

/** The position in `encoder.encodings` that each input belongs to; one number per input. */
export function encodingOfInput(encoder: Encoder): Int32Array {
  return Int32Array.from(
    encoder.encodings.flatMap((encoding, index) => Array<number>(widthOf(encoding)).fill(index)),
  );
}

/** Whether each input is a piece or a level of its feature: what products of features are made of. */
export function pieceInputs(encoder: Encoder): boolean[] {
  return encoder.encodings.flatMap((encoding) => {
    const width = widthOf(encoding);
    const first = encoding.kind === 'number' && encoding.linear ? 1 : 0;
    // Levels of a long list are too seldom to be multiplied.
    const seldom = encoding.kind === 'category' && encoding.height < 1;
    const end = seldom ? 0 : width - (encoding.missing ? 1 : 0);
    return Array.from({ length: width }, (_, input) => input >= first && input < end);
  });
}

/** A frame's columns in the encoder's order, looked up and typed once, so that blocks of rows encode fast. */
export interface EncodableRows {
  readonly rowCount: number;
  /** Inputs of rows [from, to): (to - from) × width. */
  encode(from: number, to: number): Float32Array;
}

/** Binds an encoder to a frame. @throws BadInput naming a feature that the frame lacks */
export function encodable(encoder: Encoder, featureSet: FeatureSet, frame: FeatureFrame): EncodableRows {
  const definitions = new Map(featureSet.features.map((definition) => [definition.name, definition]));
  const width = encodedWidth(encoder);
  let offset = 0;
  const bound = encoder.encodings.map((encoding) => {
    const column = featureColumn(frame, definitions.get(encoding.feature) ?? undeclared(encoding));
    const start = offset;
    offset += widthOf(encoding);
    return { encoding, column, start };
  });
  return {
    rowCount: frame.rowCount,
    encode: (from, to) => {
      const inputs = new Float32Array((to - from) * width);
      for (const { encoding, column, start } of bound)
        encodeColumn(encoding, column, from, to, inputs, start, width);
      return inputs;
    },
  };
}

/** All rows at once, in blocks that fit the cache: rows × width. */
export function encode(encoder: Encoder, featureSet: FeatureSet, frame: FeatureFrame): Float32Array {
  const rows = encodable(encoder, featureSet, frame);
  const width = encodedWidth(encoder);
  const inputs = new Float32Array(frame.rowCount * width);
  const block = 256;
  for (let from = 0; from < frame.rowCount; from += block)
    inputs.set(rows.encode(from, Math.min(from + block, frame.rowCount)), from * width);
  return inputs;
}

function widthOf(encoding: Encoding): number {
  return encoding.kind === 'number' ? numericWidth(encoding) : categoryWidth(encoding);
}

function encodeColumn(
  encoding: Encoding,
  column: FeatureColumn,
  from: number,
  to: number,
  inputs: Float32Array,
  offset: number,
  stride: number,
): void {
  if (encoding.kind === 'number' && column.kind === 'number')
    encodeNumeric(encoding, column.values, from, to, inputs, offset, stride);
  else if (encoding.kind === 'category' && column.kind === 'category')
    encodeCategory(encoding, column, from, to, inputs, offset, stride);
}

function undeclared({ kind, feature }: Encoding): FeatureDefinition {
  return { name: feature, type: kind, label: feature, unit: '', risk_when: 'either' };
}
