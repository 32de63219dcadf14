import type { FeatureFrame } from '../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import { encodable } from '../../models/encoding/encoder.ts';
import { familyNamed } from '../../models/families/families.ts';
import { encodedBlock } from '../../models/scoring/kernels/encoded-block.ts';
import type { FittedMember } from '../members/fit-member.ts';

const BLOCK_ROWS = 512;

/** A member's uncalibrated hazard log-odds: rows × intervals. */
export function memberLogits(
  { family, encoder, weights }: FittedMember,
  featureSet: FeatureSet,
  frame: FeatureFrame,
): Float64Array {
  const network = familyNamed(family).network(weights);
  const rows = encodable(encoder, featureSet, frame);
  const { intervals } = network.shape;
  const logits = new Float64Array(frame.rowCount * intervals);
  for (let from = 0; from < frame.rowCount; from += BLOCK_ROWS) {
    const to = Math.min(from + BLOCK_ROWS, frame.rowCount);
    logits.set(network.logits(encodedBlock(rows.encode(from, to), to - from)), from * intervals);
  }
  return logits;
}

export function meanLogits(logits: readonly Float64Array[]): Float64Array {
  if (logits.length === 1) return logits[0]!;
  return logits[0]!.map((_, cell) => logits.reduce((sum, column) => sum + column[cell]!, 0) / logits.length);
}
