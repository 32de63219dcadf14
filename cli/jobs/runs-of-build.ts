import type { BuiltMart } from '../../features/marts/build-marts.ts';
import type { BuildReport, Finding } from '../../features/marts/build-report.ts';
import { findingColumn } from '../../features/marts/finding-column.ts';
import { type FindingWords, findingWords } from '../../features/marts/finding-words.ts';
import { relationName } from '../../features/warehouse/warehouse.ts';
import { type BuildRun, EVERY_TENANT } from '../../serving/scores-mart/build-runs.ts';
import type { RunStatus } from '../../serving/scores-mart/score-runs.ts';

/** A finding with what a person reads, and the raw column that it is about. */
export interface WordedFinding extends Finding, FindingWords {
  readonly column: string | null;
}

export function wordedFindings(findings: readonly Finding[]): readonly WordedFinding[] {
  return findings.map((finding) => ({
    ...finding,
    column: findingColumn(finding),
    ...findingWords(finding),
  }));
}

export interface BuildOutcome {
  readonly runId: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly status: RunStatus;
  readonly error: string | null;
  readonly marts: readonly BuiltMart[];
  readonly report: BuildReport | null;
}

/** A build that has begun. */
export function running(runId: string, startedAt: Date): BuildRun {
  const nothingYet = { counts: null, findings: null, timings: {}, error: null, finishedAt: null };
  return { runId, tenantId: EVERY_TENANT, status: 'running', startedAt, ...nothingYet };
}

/** The rows of a build that ended: the whole, and each tenant of its report. */
export function runsOf({ marts, report, error, ...run }: BuildOutcome): readonly BuildRun[] {
  const seconds = marts.map((mart) => [relationName(mart.relation), Number(mart.seconds.toFixed(3))]);
  const whole = { ...run, tenantId: EVERY_TENANT, counts: null, findings: null, error };
  const tenants = (report?.tenants ?? []).map((tenant) => ({
    ...run,
    tenantId: tenant.tenantId,
    counts: tenant,
    findings: report!.findings.filter(({ tenantId }) => tenantId === tenant.tenantId).map(withoutIds),
    timings: {},
    error: null,
  }));
  return [{ ...whole, timings: Object.fromEntries(seconds) }, ...tenants];
}

/** Runs are kept for good, so they name no account: one that is erased would live on there. */
function withoutIds({ subject: _, ...finding }: Finding) {
  return { ...finding, remedy: findingWords({ ...finding, subject: null }).remedy };
}
