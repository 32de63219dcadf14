import type { FeatureSet } from '../../features/contract/feature-set.ts';
import { type Encoder, encodingOfInput } from '../../models/encoding/encoder.ts';

const DIRECTIONS = { high: 1, low: -1, either: 0 } as const;

/**
 * How risk may go with each input: 1 only up, -1 only down, 0 either way. A number's inputs all rise with its value, so
 * they have its declared direction; that a value is missing has none.
 */
export function directionOfInput(encoder: Encoder, featureSet: FeatureSet): Int8Array {
  const declared = new Map(featureSet.features.map(({ name, risk_when }) => [name, DIRECTIONS[risk_when]]));
  const inputOf = encodingOfInput(encoder);
  return Int8Array.from(inputOf, (index, input) => {
    const encoding = encoder.encodings[index]!;
    const isMissing = encoding.missing && inputOf[input + 1] !== index;
    return encoding.kind === 'category' || isMissing ? 0 : (declared.get(encoding.feature) ?? 0);
  });
}
