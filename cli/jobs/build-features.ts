import { randomUUID } from 'node:crypto';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { reasonOf } from '../../features/contract/failure.ts';
import { ensureRawTables } from '../../features/ingest/ensure-raw-tables.ts';
import { type BuiltMart, buildMarts } from '../../features/marts/build-marts.ts';
import { BuildRefused, refuseUnfit } from '../../features/marts/build-refused.ts';
import type { BuildReport, Finding } from '../../features/marts/build-report.ts';
import { type FindingWords, findingWords } from '../../features/marts/finding-words.ts';
import { type EmbeddedWarehouse, relationName } from '../../features/warehouse/warehouse.ts';
import { type BuildRun, EVERY_TENANT, recordBuildRuns } from '../../serving/scores-mart/build-runs.ts';
import { ensureScoresMart } from '../../serving/scores-mart/ensure-scores-mart.ts';
import type { RunStatus } from '../../serving/scores-mart/score-runs.ts';

export interface BuildOptions {
  readonly warehouse: EmbeddedWarehouse;
  /** Days to build beside the regular grid. */
  readonly days?: readonly AsOfDate[];
  readonly clock: () => Date;
  readonly onBuilt?: (mart: BuiltMart) => void;
}

export interface Build {
  /** Its key in `scores.build_runs`. */
  readonly runId: string;
  readonly marts: readonly BuiltMart[];
  readonly report: BuildReport;
}

/**
 * Builds the marts and records the build and what it noticed. The raw and score tables are made first where they are
 * absent: the transformations read them all, empty or not.
 *
 * @throws BuildRefused when a finding breaks its limit, BadInput for a day that cannot be built; the marts are as before
 */
export async function buildFeatures({ warehouse, days = [], clock, onBuilt }: BuildOptions): Promise<Build> {
  await ensureRawTables(warehouse);
  await ensureScoresMart(warehouse);
  const runId = randomUUID();
  const startedAt = clock();
  const marts: BuiltMart[] = [];
  let report: BuildReport | null = null;
  const record = (status: RunStatus, error: string | null = null) =>
    warehouse.write([
      recordBuildRuns(runsOf({ runId, startedAt, finishedAt: clock(), status, error, marts, report })),
    ]);
  await warehouse.write([recordBuildRuns([running(runId, startedAt)])]);
  try {
    await buildMarts(warehouse, {
      days,
      onBuilt: (mart) => {
        marts.push(mart);
        onBuilt?.(mart);
      },
      judge: (found) => {
        report = found;
        refuseUnfit(found);
      },
    });
  } catch (error) {
    await record(error instanceof BuildRefused ? 'refused' : 'failed', reasonOf(error));
    throw error;
  }
  await record('succeeded');
  return { runId, marts, report: report! };
}

/** Findings with what a person reads. */
export function wordedFindings(findings: readonly Finding[]): readonly (Finding & FindingWords)[] {
  return findings.map((finding) => ({ ...finding, ...findingWords(finding) }));
}

interface Outcome {
  readonly runId: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly status: RunStatus;
  readonly error: string | null;
  readonly marts: readonly BuiltMart[];
  readonly report: BuildReport | null;
}

function running(runId: string, startedAt: Date): BuildRun {
  const nothingYet = { counts: null, findings: null, timings: {}, error: null, finishedAt: null };
  return { runId, tenantId: EVERY_TENANT, status: 'running', startedAt, ...nothingYet };
}

/** The whole build, and each tenant of its report. */
function runsOf({ marts, report, error, ...run }: Outcome): readonly BuildRun[] {
  const seconds = marts.map((mart) => [relationName(mart.relation), Number(mart.seconds.toFixed(3))]);
  const whole = { ...run, tenantId: EVERY_TENANT, counts: null, findings: null, error };
  const tenants = (report?.tenants ?? []).map((tenant) => ({
    ...run,
    tenantId: tenant.tenantId,
    counts: tenant,
    findings: wordedFindings(report!.findings.filter(({ tenantId }) => tenantId === tenant.tenantId)),
    timings: {},
    error: null,
  }));
  return [{ ...whole, timings: Object.fromEntries(seconds) }, ...tenants];
}
