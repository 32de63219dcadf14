import type { TableDefinition, Warehouse } from '../../features/warehouse/warehouse.ts';
import { accountChurnScores } from './account-churn-scores.ts';
import { alertOutbox } from './alert-outbox.ts';
import { alertStates } from './alert-states.ts';
import { buildRuns } from './build-runs.ts';
import { featureWords } from './feature-words.ts';
import { importRuns } from './import-runs.ts';
import { monitoringFigures } from './monitoring-figures.ts';
import { nightRollbacks } from './night-rollbacks.ts';
import { scoreRuns } from './score-runs.ts';
import { scoredFeatures } from './scored-features.ts';
import { trainingRuns } from './training-runs.ts';

export const SCORES_TABLES: readonly TableDefinition[] = [
  accountChurnScores,
  alertOutbox,
  alertStates,
  buildRuns,
  featureWords,
  importRuns,
  monitoringFigures,
  nightRollbacks,
  scoreRuns,
  scoredFeatures,
  trainingRuns,
];

/** Creates the tables of the scores mart where they are absent. The view over them is dbt's. */
export async function ensureScoresMart(warehouse: Warehouse): Promise<void> {
  for (const table of SCORES_TABLES) await warehouse.ensureTable(table);
}
