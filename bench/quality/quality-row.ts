import type { Quality } from './measure.ts';

/** One model on one split. */
export interface QualityRow extends Quality {
  readonly set: string;
  readonly seed: number;
  readonly model: string;
  readonly version: string;
  readonly seconds: number;
  readonly training_rows: number;
  readonly test_rows: number;
  readonly churned: number;
}

export type Figure = keyof Quality | 'seconds';

/** Over the splits of one set. NaN without rows. */
export function meanOf(rows: readonly QualityRow[], figure: Figure): number {
  return rows.reduce((sum, row) => sum + row[figure], 0) / rows.length;
}
