import { type AsOfDate, addDays } from '../../features/contract/as-of-date.ts';
import { OPERATOR_TENANT, type TenantId } from '../../features/contract/tenant-id.ts';
import { loadSimulation } from '../../features/ingest/simulator/load-simulation.ts';
import { DEMO_WORLD, simulatePlatform } from '../../features/ingest/simulator/simulate-platform.ts';
import { tenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { Warehouse } from '../../features/warehouse/warehouse.ts';
import type { NightReport } from '../../serving/batch/night-report.ts';
import { planNight } from '../../serving/batch/plan-night.ts';
import { type RiskList, readRiskList } from '../../serving/risk-list/read-risk-list.ts';
import { vocabularies } from '../../serving/scores-mart/feature-words.ts';
import type { TrainingResult } from '../../training/train.ts';
import type { CommandContext } from '../context/command-context.ts';
import { withEmbeddedWarehouse } from '../context/open-warehouse.ts';
import { buildFeatures } from './build-features.ts';
import { publishScores, scoreTenants } from './score-tenants.ts';
import { trainFromWarehouse } from './train-from-warehouse.ts';

export interface DemoOptions {
  readonly seed: number;
  readonly tenants?: number | undefined;
  readonly months?: number | undefined;
}

export interface Demo {
  readonly rowsByTable: Readonly<Record<string, number>>;
  readonly models: readonly Pick<TrainingResult, 'name' | 'version' | 'card'>[];
  readonly night: Pick<NightReport, 'rowsScored' | 'rowsWritten' | 'tenantsByStatus'>;
  readonly lists: readonly { readonly tenantId: TenantId; readonly list: RiskList | null }[];
}

const ACCOUNTS_LISTED = 10;
/** Scored besides the last one, so that history, change and trend have something to show. */
const WEEKS_BEFORE = 7;
const WEEKS_WITHOUT_FEATURES = 13;

/** The main job on a simulated platform: raw rows → marts → two models → scores. Again, it changes nothing. */
export async function runDemo(context: CommandContext, options: DemoOptions): Promise<Demo> {
  const { configuration, terminal, clock } = context;
  const days = earlierDays(options.months ?? DEMO_WORLD.months);
  const rowsByTable = await withEmbeddedWarehouse(configuration, 'demo', async (warehouse) => {
    const simulation = simulatePlatform({
      ...DEMO_WORLD,
      seed: options.seed,
      tenants: options.tenants ?? DEMO_WORLD.tenants,
      months: options.months ?? DEMO_WORLD.months,
      onProgress: (share) => terminal.progress('simulating the platform', share),
    });
    const loaded = await loadSimulation(warehouse, simulation, clock);
    terminal.log(loaded.alreadyLoaded ? 'platform: simulated before' : 'platform: simulated');
    await buildFeatures({
      warehouse,
      days,
      clock,
      onBuilt: ({ relation }) => terminal.log(`marts: ${relation.schema}.${relation.name}`),
    });
    return Object.fromEntries([...loaded.rowCounts].sort());
  });

  const models: TrainingResult[] = [];
  for (const kind of ['operator', 'tenants'] as const) {
    models.push(await trainFromWarehouse(context, { scope: { kind }, family: 'auto', seed: options.seed }));
  }

  return withEmbeddedWarehouse(configuration, 'demo', async (warehouse) => {
    // Today's models have learnt from some of what happened in these weeks. A platform's own history is what its nights said.
    for (const asOf of days) {
      // Customers who came later or had left have nothing to score then.
      const plans = (await planNight(warehouse, { asOf })).filter((plan) => plan.asOf !== null);
      const tenantIds = plans.map(({ tenantId }) => tenantId);
      const { rowsScored, tenantsByStatus } = await scoreTenants(context, warehouse, { asOf, tenantIds });
      terminal.log(`scores: ${rowsScored} accounts of ${tenantsByStatus.succeeded} tenants as of ${asOf}`);
    }
    const night = await scoreTenants(context, warehouse, {});
    await publishScores(context, warehouse, night.runId);
    const lists = [await listOf(warehouse, OPERATOR_TENANT)];
    // The largest with money to show: tenants without subscriptions have risks, but no revenue at risk.
    for (const tenantId of tenantsBySize(night)) {
      const candidate = await listOf(warehouse, tenantId);
      if (candidate.list === null || Object.keys(candidate.list.mrrAtRisk).length === 0) continue;
      lists.push(candidate);
      break;
    }
    return { rowsByTable, models, night, lists };
  });
}

/** The weeks before a platform's last day, ascending; fewer of a young one, whose first months have no features yet. */
function earlierDays(months: number): readonly AsOfDate[] {
  const weeks = Math.max(0, Math.min(WEEKS_BEFORE, 4 * months - WEEKS_WITHOUT_FEATURES));
  return Array.from({ length: weeks }, (_, week) => addDays(DEMO_WORLD.endDate, 7 * (week - weeks)));
}

async function listOf(warehouse: Warehouse, tenantId: TenantId) {
  return {
    tenantId,
    list: await readRiskList(tenantReader(warehouse, tenantId), vocabularies(warehouse), ACCOUNTS_LISTED),
  };
}

/** Customer organisations still with the platform first (one that has left keeps the scores of its last day), then by size. */
function tenantsBySize({ tenants }: NightReport): TenantId[] {
  return tenants
    .map(({ run }) => run)
    .filter(({ tenantId, status }) => tenantId !== OPERATOR_TENANT && status === 'succeeded')
    .sort((a, b) => compare(b.asOf, a.asOf) || b.rowsScored - a.rowsScored || compare(a.tenantId, b.tenantId))
    .map(({ tenantId }) => tenantId);
}

function compare(a: string | null, b: string | null): number {
  return (a ?? '') < (b ?? '') ? -1 : Number((a ?? '') > (b ?? ''));
}
