import type { Warehouse } from '../../features/warehouse/warehouse.ts';
import { accountChurnScores } from './account-churn-scores.ts';
import { buildRuns } from './build-runs.ts';
import { featureWords } from './feature-words.ts';
import { scoreRuns } from './score-runs.ts';

/** Creates the tables of the scores mart where they are absent. The view over them is dbt's. */
export async function ensureScoresMart(warehouse: Warehouse): Promise<void> {
  await warehouse.ensureTable(accountChurnScores);
  await warehouse.ensureTable(buildRuns);
  await warehouse.ensureTable(featureWords);
  await warehouse.ensureTable(scoreRuns);
}
