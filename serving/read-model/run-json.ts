import type { TenantScores } from './tenant-scores.ts';

/** Whose scores, of which day, under which model: what every answer about a tenant begins with. */
export function runJson({ tenantId, run }: TenantScores) {
  return {
    tenant_id: tenantId,
    as_of_date: run.asOf,
    model_name: run.modelName,
    model_version: run.modelVersion,
    run_id: run.runId,
  };
}
