/** The gates between features and scores. Their limits are where those of a build's findings are. */
export const SCORE_GATES = [
  'missing_share',
  'row_count_held',
  'feature_drift',
  'score_drift',
  'moved_scores',
] as const;

export type ScoreGate = (typeof SCORE_GATES)[number];
