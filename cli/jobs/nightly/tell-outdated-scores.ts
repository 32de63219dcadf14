import { loadFeatureSet } from '../../../features/marts/feature-set.ts';
import type { RebuiltDates } from '../../../features/marts/rebuilt-dates.ts';
import type { Warehouse } from '../../../features/warehouse/warehouse.ts';
import { findOutdatedScores, type OutdatedScores } from '../../../serving/batch/outdated-scores.ts';

/** Says which scores of past days late data has overtaken. They stand until somebody fills the days in. */
export async function tellOutdatedScores(
  warehouse: Warehouse,
  rebuilt: readonly RebuiltDates[],
  log: (line: string) => void,
): Promise<readonly OutdatedScores[]> {
  if (rebuilt.length === 0) return [];
  const outdated = await findOutdatedScores(warehouse, await loadFeatureSet(warehouse), rebuilt);
  for (const { tenantId, asOf, changed, gone } of outdated)
    log(
      `tenant ${tenantId}, as-of date ${asOf}: late data changed the features of ${changed.length} accounts, and ${gone.length} are not eligible any more; their scores stand until \`churn nightly --from ${asOf} --to ${asOf}\` revises them`,
    );
  return outdated;
}
