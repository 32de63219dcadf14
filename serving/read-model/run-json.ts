import type { TenantScores } from './tenant-scores.ts';

/** Whose scores, of which day, under which model: what every answer about a tenant begins with. */
export function runJson({ tenantId, run, heldBack }: TenantScores) {
  return {
    tenant_id: tenantId,
    as_of_date: run.asOf,
    model_name: run.modelName,
    model_version: run.modelVersion,
    run_id: run.runId,
    held_back:
      heldBack === null
        ? null
        : {
            as_of_date: heldBack.asOf,
            days_behind: heldBack.daysBehind,
            status: heldBack.status,
            gates: [...heldBack.gates],
          },
  };
}
