/** Churn is predicted within [as_of, as_of + h) for these h, in days, ascending. */
export const HORIZON_DAYS = [30, 60, 90] as const;

export type HorizonDays = (typeof HORIZON_DAYS)[number];

/** Label column of a horizon in the mart. @example labelColumn(30) // 'churned_30d' */
export function labelColumn(horizon: HorizonDays): string {
  return `churned_${horizon}d`;
}
