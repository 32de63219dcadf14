import { type TenantId, tenantIdSchema } from '../../../features/contract/tenant-id.ts';
import { readBuildReport } from '../../../features/marts/build-report.ts';
import { describeFindings } from '../../../features/marts/describe-findings.ts';
import { acrossTenants } from '../../../features/warehouse/tenant-warehouse.ts';
import type { Warehouse } from '../../../features/warehouse/warehouse.ts';
import type { Withheld } from '../../../serving/batch/withheld.ts';
import type { NightStep } from '../../../serving/scores-mart/night-steps.ts';
import type { GateResult } from '../../../serving/scores-mart/score-runs.ts';
import { type WordedFinding, wordedFindings } from '../runs-of-build.ts';

/** What the gates said of the marts as they stand. */
export interface GatesOutcome {
  /** Tenants that keep their scores. */
  readonly withheld: ReadonlyMap<TenantId, Withheld>;
  readonly detail: NightStep['detail'];
}

/**
 * Holds back every tenant of which a gate refused something. It reads the marts, so it is the same whether the
 * embedded engine built them or dbt did.
 *
 * @param isOfNight Whether a tenant is this night's; others are told of elsewhere
 * @param log Told of each finding that refuses or warns, the refusing ones first
 */
export async function holdBackUnfit(
  warehouse: Warehouse,
  isOfNight: (tenantId: TenantId) => boolean,
  log: (line: string) => void,
): Promise<GatesOutcome> {
  const report = await readBuildReport(acrossTenants(warehouse, 'build report'));
  const findings = report.findings.filter(({ tenantId }) => isOfNight(tenantIdSchema.parse(tenantId)));
  const withheld = new Map<TenantId, Withheld>();
  const refused = wordedFindings(findings.filter(({ severity }) => severity === 'refused'));
  for (const found of refused) {
    const tenantId = tenantIdSchema.parse(found.tenantId);
    log(`tenant ${tenantId} is held back by gate ${found.finding}: ${found.what}; ${found.remedy}`);
    const gates = [...(withheld.get(tenantId)?.gates ?? []), resultOf(found)];
    const reason = gates.map(({ gate, detail }) => `held back by gate ${gate}: ${detail}`).join('; ');
    withheld.set(tenantId, { reason, gates });
  }
  const warned = findings.filter(({ severity }) => severity === 'warned');
  for (const line of describeFindings(warned)) log(line);
  return {
    withheld,
    detail: { withheld: withheld.size, warned: warned.length, refused: refused.map(forRecord) },
  };
}

/** Kept with the run and shown to the tenant's readers: no account is named. */
function resultOf({ finding, column, rows, totalRows }: WordedFinding): GateResult {
  const gate = column === null ? finding : `${finding} (${column})`;
  return { gate, passed: false, detail: `${rows} of ${totalRows} rows` };
}

/** Records are kept for good, so they name no account. */
function forRecord({ tenantId, finding, column, rows, totalRows }: WordedFinding) {
  return { tenant: tenantId, gate: finding, column, rows, of: totalRows };
}
