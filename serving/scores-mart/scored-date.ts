import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { KeyFilter } from '../../features/warehouse/warehouse.ts';

/** Scores of one as-of date under one model version. */
export interface ScoredDate {
  readonly asOf: AsOfDate;
  readonly modelName: string;
  readonly modelVersion: string;
}

/** The key filters for the scores of a date. */
export function scoredOn({ asOf, modelName, modelVersion }: ScoredDate): readonly KeyFilter[] {
  return [
    { column: 'as_of_date', is: '=', value: asOf },
    { column: 'model_name', is: '=', value: modelName },
    { column: 'model_version', is: '=', value: modelVersion },
  ];
}
