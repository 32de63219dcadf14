import { known } from '../scores-mart/known.ts';
import { explainDrivers } from '../scores-mart/tell-drivers.ts';
import { WEEKS_OF_A_YEAR } from '../scores-mart/year-of-activity.ts';
import { accountAt } from './risk-list-page.ts';
import { runJson } from './run-json.ts';
import type { AccountDetail } from './score-documents.ts';
import type { TenantScores } from './tenant-scores.ts';

/** Everything about one account: its score, why, what moved it, and half a year of scores. */
export function accountDetail(scores: TenantScores, row: number): AccountDetail {
  const weekly = scores.activity.of(row);
  return {
    ...runJson(scores),
    ...accountAt(scores, row),
    drivers: explainDrivers(scores.drivers.text(row), scores.vocabulary, 'score'),
    change_drivers: explainDrivers(scores.changeDrivers.text(row), scores.vocabulary, 'change'),
    history: scores.history.of(row).map(({ asOf, probability90d, band, model }) => ({
      as_of_date: asOf,
      churn_probability_90d: probability90d,
      risk_band: band,
      model,
    })),
    weekly_events: weekly === null ? null : [...weekly],
    activity_by_kind: activityByKind(scores, row),
    typical_log_odds: known(scores.typicalLogOdds[row]!),
  };
}

function activityByKind(
  { year, activityKinds }: TenantScores,
  row: number,
): AccountDetail['activity_by_kind'] {
  const activity = year?.of(row) ?? null;
  if (activity === null) return null;
  const { countedFrom, weeksByKind } = activity;
  const labels = new Map(activityKinds.map(({ kind, label }) => [kind, label]));
  // A kind that the marts count no more has been counted of this date.
  const kinds = new Set([...labels.keys(), ...weeksByKind.keys()]);
  return {
    counted_from: countedFrom,
    kinds: [...kinds].map((kind) => ({
      kind,
      label: labels.get(kind) ?? kind,
      weekly_events: [...(weeksByKind.get(kind) ?? new Array<number>(WEEKS_OF_A_YEAR).fill(0))],
    })),
  };
}
