import { join } from 'node:path';
import { openParquetWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { ReadableWarehouse } from '../../features/warehouse/warehouse.ts';
import { accountChurnScores } from '../scores-mart/account-churn-scores.ts';
import { ACCOUNT_PROFILES } from '../scores-mart/account-profiles.ts';
import { featureWords } from '../scores-mart/feature-words.ts';
import { monitoringFigures } from '../scores-mart/monitoring-figures.ts';
import { scoreRuns } from '../scores-mart/score-runs.ts';
import { TENANT_PROFILES } from '../scores-mart/tenant-profiles.ts';
import { ACCOUNT_WEEKLY_ACTIVITY, ACTIVITY_KINDS } from '../scores-mart/year-of-activity.ts';
import { type PublishedNight, readPublishedNight } from './published-night.ts';
import { columnsHash } from './published-tables.ts';

/** The files of a published night, read under the names that they have in the warehouse. */
export function openPublishedNight(
  folder: string,
  {
    scores,
    activity,
    score_runs,
    feature_words,
    activity_kinds,
    monitoring,
    account_profiles,
    tenant_profiles,
  }: PublishedNight,
): Promise<ReadableWarehouse> {
  const files = (names: readonly string[]) => names.map((name) => join(folder, name));
  return openParquetWarehouse([
    { relation: accountChurnScores.relation, files: files(scores.map(({ file }) => file)) },
    { relation: ACCOUNT_WEEKLY_ACTIVITY, files: files(activity.map(({ file }) => file)) },
    { relation: ACTIVITY_KINDS, files: files(activity_kinds === null ? [] : [activity_kinds]) },
    { relation: monitoringFigures.relation, files: files(monitoring === null ? [] : [monitoring]) },
    { relation: scoreRuns.relation, files: files([score_runs]) },
    { relation: featureWords.relation, files: files(feature_words === null ? [] : [feature_words]) },
    { relation: ACCOUNT_PROFILES, files: files(account_profiles === null ? [] : [account_profiles]) },
    { relation: TENANT_PROFILES, files: files(tenant_profiles === null ? [] : [tenant_profiles]) },
  ]);
}

/** The night that is served; null when none was published, or by a program with other columns. */
export async function openServedNight(folder: string): Promise<ReadableWarehouse | null> {
  const night = readPublishedNight(folder);
  if (night === null || night.columns_hash !== columnsHash()) return null;
  return openPublishedNight(folder, night);
}
