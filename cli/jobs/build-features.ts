import { randomUUID } from 'node:crypto';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { reasonOf } from '../../features/contract/failure.ts';
import { ensureRawTables } from '../../features/ingest/ensure-raw-tables.ts';
import { type BuiltMart, buildMarts } from '../../features/marts/build-marts.ts';
import { BuildRefused, refusalOf } from '../../features/marts/build-refused.ts';
import type { BuildReport, Finding } from '../../features/marts/build-report.ts';
import type { FindingWords } from '../../features/marts/finding-words.ts';
import type { RebuiltDates } from '../../features/marts/rebuilt-dates.ts';
import type { EmbeddedWarehouse } from '../../features/warehouse/warehouse.ts';
import { recordBuildRuns } from '../../serving/scores-mart/build-runs.ts';
import { ensureScoresMart } from '../../serving/scores-mart/ensure-scores-mart.ts';
import type { RunStatus } from '../../serving/scores-mart/score-runs.ts';
import { running, runsOf, wordedFindings } from './runs-of-build.ts';

export interface BuildOptions {
  readonly warehouse: EmbeddedWarehouse;
  /** Days to build beside the regular grid. */
  readonly days?: readonly AsOfDate[];
  /** Builds everything anew, even where the last build could be built on. */
  readonly full?: boolean;
  readonly clock: () => Date;
  /** Why everything is built anew; null where only what changed is. */
  readonly onStart?: (anew: string | null) => void;
  readonly onBuilt?: (mart: BuiltMart) => void;
  /**
   * Called for each finding beyond its limit, instead of refusing the build: whoever gives it keeps that tenant's
   * scores as they are. When no tenant is fit, the build is refused all the same.
   */
  readonly onUnfit?: (finding: Finding & FindingWords) => void;
}

export interface Build {
  /** Its key in `scores.build_runs`. */
  readonly runId: string;
  /** Why everything was built anew; null where only what changed was. */
  readonly anew: string | null;
  /** As-of dates that had features and were built again, because something reaches back to them. */
  readonly rebuilt: readonly RebuiltDates[];
  readonly marts: readonly BuiltMart[];
  readonly report: BuildReport;
}

/**
 * Builds the marts and records the build and what it noticed. The raw and score tables are made first where they are
 * absent: the transformations read them all, empty or not.
 *
 * @throws BuildRefused when a finding breaks its limit, BadInput for a day that cannot be built; the marts are as before
 */
export async function buildFeatures({
  warehouse,
  days = [],
  full = false,
  clock,
  onStart,
  onBuilt,
  onUnfit,
}: BuildOptions): Promise<Build> {
  await ensureRawTables(warehouse);
  await ensureScoresMart(warehouse);
  const runId = randomUUID();
  const startedAt = clock();
  const marts: BuiltMart[] = [];
  let anew: string | null = null;
  let rebuilt: readonly RebuiltDates[] = [];
  let report: BuildReport | null = null;
  const record = (status: RunStatus, error: string | null = null) =>
    warehouse.write([
      recordBuildRuns(runsOf({ runId, startedAt, finishedAt: clock(), status, error, marts, report })),
    ]);
  await warehouse.write([recordBuildRuns([running(runId, startedAt)])]);
  try {
    await buildMarts(warehouse, {
      days,
      full,
      onStart: (reason) => {
        anew = reason;
        onStart?.(reason);
      },
      onBuilt: (mart) => {
        marts.push(mart);
        onBuilt?.(mart);
      },
      onRebuilt: (dates) => {
        rebuilt = dates;
      },
      judge: (found) => {
        report = found;
        const unfit = found.findings.filter(({ severity }) => severity === 'refused');
        const unfitTenants = new Set(unfit.map(({ tenantId }) => tenantId));
        const isAnyFit = found.tenants.some(({ tenantId }) => !unfitTenants.has(tenantId));
        if (onUnfit !== undefined && isAnyFit) {
          for (const finding of wordedFindings(unfit)) onUnfit(finding);
          return;
        }
        const refusal = refusalOf(found, 'the marts are as they were');
        if (refusal !== undefined) throw refusal;
      },
    });
  } catch (error) {
    if (error instanceof BuildRefused) await record('refused', error.summary);
    else await record('failed', reasonOf(error));
    throw error;
  }
  await record('succeeded');
  return { runId, anew, rebuilt, marts, report: report! };
}
