import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AsOfDate, addDays } from '../../../features/contract/as-of-date.ts';
import { diskFailure } from '../../../features/contract/disk-failure.ts';
import { Failure, type FailureExitCode, reasonOf } from '../../../features/contract/failure.ts';
import type { TenantId } from '../../../features/contract/tenant-id.ts';
import { ensureRawTables } from '../../../features/ingest/ensure-raw-tables.ts';
import type { ImportReport } from '../../../features/ingest/import-file.ts';
import type { RebuiltDates } from '../../../features/marts/rebuilt-dates.ts';
import { acrossTenants } from '../../../features/warehouse/tenant-warehouse.ts';
import { isEmbedded, type Warehouse } from '../../../features/warehouse/warehouse.ts';
import { isInPart, type NightPart } from '../../../serving/batch/night-part.ts';
import { nightExitCode } from '../../../serving/batch/night-report.ts';
import type { OutdatedScores } from '../../../serving/batch/outdated-scores.ts';
import type { TenantOutcome } from '../../../serving/batch/tenant-outcome.ts';
import type { Withheld } from '../../../serving/batch/withheld.ts';
import { ensureScoresMart } from '../../../serving/scores-mart/ensure-scores-mart.ts';
import { nightSteps } from '../../../serving/scores-mart/night-steps.ts';
import { readScoredTenants } from '../../../serving/scores-mart/succeeded-runs.ts';
import type { CommandContext } from '../../context/command-context.ts';
import { withWarehouse } from '../../context/open-warehouse.ts';
import { buildFeatures } from '../build-features.ts';
import { publishScores, scoreTenants } from '../score-tenants.ts';
import { isNothingSwept, type Sweep, sweep } from '../sweep/sweep.ts';
import type { Deadline } from './deadline.ts';
import { holdBackUnfit } from './hold-back-unfit.ts';
import { importLanding } from './import-landing.ts';
import { type NightlyReport, reportNightly } from './nightly-report.ts';
import { sendNightlyAlerts } from './send-nightly-alerts.ts';
import { stepLineage } from './step-lineage.ts';
import { StepRecorder } from './step-recorder.ts';
import { tellOutdatedScores } from './tell-outdated-scores.ts';

/** How long to wait for another process that holds the warehouse, where no deadline says. */
const WAIT_WITHOUT_DEADLINE_MILLISECONDS = 30 * 60_000;

/** Failed tenants are scored again so often; a refused one stays refused. */
const ATTEMPTS = 3;

export interface NightlyOptions {
  /** Null: `landing` in CHURN_HOME, if it is there. */
  readonly landing: string | null;
  readonly deadline: Deadline | null;
  readonly tenantIds?: readonly TenantId[] | undefined;
  /** Of these tenants, those of one part; another process scores the others. */
  readonly part?: NightPart | undefined;
  /** Scores of an older day than this fail the gate; null for any age. */
  readonly maximumAgeDays: number | null;
  /** Called for each file that was taken in, now or before. */
  readonly onImported: (report: ImportReport) => void;
  /** Called where nights before left something, or something is beyond its time. */
  readonly onSwept: (swept: Sweep) => void;
  /** A back-fill: these days, in order, instead of each tenant's latest. */
  readonly days?: { readonly from: AsOfDate; readonly to: AsOfDate } | undefined;
}

/** What the steps of a night share. */
interface Night {
  readonly context: CommandContext;
  readonly warehouse: Warehouse;
  readonly runId: string;
  readonly steps: StepRecorder;
  readonly landing: string | null;
  readonly onImported: NightlyOptions['onImported'];
  readonly tenantIds: readonly TenantId[] | undefined;
  readonly part: NightPart | undefined;
  /** Undefined for each tenant's latest. */
  readonly days: readonly AsOfDate[] | undefined;
  /** Tenants that keep their old scores. Steps add to it. */
  readonly withheld: Map<TenantId, Withheld>;
  readonly outcomes: TenantOutcome[];
  /** As-of dates that had features before the build made them anew. */
  readonly rebuilt: RebuiltDates[];
  /** Scores of past days that late data has overtaken. */
  readonly outdated: OutdatedScores[];
  readonly isPastDeadline: () => boolean;
}

/**
 * One night: takes in what landed, builds the marts, holds back who is unfit, scores, publishes. Each step is recorded as it begins and ends. An
 * attempt after a crash or a failure does only what is still to be done. Embedded, a second night waits for the first to
 * end, until its deadline.
 */
export async function runNightly(context: CommandContext, options: NightlyOptions): Promise<NightlyReport> {
  const { configuration, clock } = context;
  const startedAt = clock();
  const deadline = options.deadline?.(startedAt) ?? null;
  const milliseconds =
    deadline === null ? WAIT_WITHOUT_DEADLINE_MILLISECONDS : deadline.getTime() - startedAt.getTime();
  return withWarehouse(
    configuration,
    'nightly',
    async (warehouse) => {
      await ensureRawTables(warehouse);
      await ensureScoresMart(warehouse);
      await warehouse.ensureTable(nightSteps);
      const killedRunsClosed = await sweepFirst(warehouse, context, options.onSwept);
      const [runId, date] = [randomUUID(), startedAt.toISOString().slice(0, 10) as AsOfDate];
      const night: Night = {
        context,
        warehouse,
        runId,
        steps: new StepRecorder(
          warehouse,
          { runId, night: date },
          clock,
          stepLineage(context, options.landing),
        ),
        landing: options.landing,
        onImported: options.onImported,
        tenantIds: options.tenantIds,
        part: options.part,
        days: options.days === undefined ? undefined : everyDay(options.days),
        withheld: new Map(),
        outcomes: [],
        rebuilt: [],
        outdated: [],
        isPastDeadline: () => deadline !== null && clock() > deadline,
      };
      const exitCode = await runSteps(night);
      // Other parts are told of by the processes that scored them.
      const told = night.part === undefined ? night.tenantIds : night.outcomes.map(({ run }) => run.tenantId);
      await sendNightlyAlerts({ ...night, tenantIds: told });
      return reportNightly({
        runId,
        night: date,
        startedAt,
        finishedAt: clock(),
        deadline,
        exitCode,
        steps: night.steps.ended,
        outcomes: night.outcomes,
        outdated: night.outdated,
        scoredBefore: await scoredTenantsOf(warehouse, options.part),
        maximumAgeDays: options.maximumAgeDays,
        killedRunsClosed,
      });
    },
    { milliseconds },
  );
}

/** A step that failed is recorded; the night ends there, and its report says why. */
async function runSteps(night: Night): Promise<0 | FailureExitCode> {
  try {
    await importWhatLanded(night);
    await build(night);
    await gate(night);
    await score(night);
    night.outdated.push(
      ...(await tellOutdatedScores(night.warehouse, night.rebuilt, night.context.terminal.log)),
    );
    await publish(night);
    return nightExitCode(night.outcomes);
  } catch (thrown) {
    const error = diskFailure(thrown) ?? thrown;
    if (!(error instanceof Failure)) throw error;
    return error.exitCode;
  }
}

async function importWhatLanded({
  context,
  warehouse,
  steps,
  runId,
  landing,
  onImported,
  withheld,
}: Night): Promise<void> {
  const { configuration, clock, terminal } = context;
  const standard = join(configuration.home, 'landing');
  const folder = landing ?? (existsSync(standard) ? standard : null);
  if (folder === null) return steps.skip('import', 'there is no landing folder');
  await steps.run('import', async () => {
    const outcome = await importLanding({ warehouse, folder, runId, clock, onImported, log: terminal.log });
    for (const [tenantId, reason] of outcome.withheld) withheld.set(tenantId, { reason, gates: [] });
    const { files, known, rowsNew, quarantined } = outcome;
    const detail = { folder, files, known, rows_new: rowsNew, quarantined, withheld: withheld.size };
    return { value: undefined, detail };
  });
}

async function build({ context, warehouse, steps, days = [], rebuilt }: Night): Promise<void> {
  const { clock, terminal } = context;
  if (!isEmbedded(warehouse)) return steps.skip('build', 'dbt builds the marts on Snowflake');
  await steps.run('build', async () => {
    const { runId, marts, report, ...built } = await buildFeatures({
      warehouse,
      days,
      clock,
      onBuilt: ({ relation }) => terminal.progress(`${relation.schema}.${relation.name}`, 0),
      // The marts are kept all the same; the gates hold its scores back.
      onUnfit: () => {},
    });
    rebuilt.push(...built.rebuilt);
    const warned = report.findings.filter(({ severity }) => severity === 'warned').length;
    const detail = { build_run: runId, marts: marts.length, warned };
    return { value: undefined, detail };
  });
}

async function gate({ context, warehouse, steps, tenantIds, part, withheld }: Night): Promise<void> {
  await steps.run('gates', async () => {
    const isOfNight = (tenantId: TenantId) =>
      (tenantIds?.includes(tenantId) ?? true) && (part === undefined || isInPart(tenantId, part));
    const gates = await holdBackUnfit(warehouse, isOfNight, context.terminal.log);
    for (const [tenantId, held] of gates.withheld) withheld.set(tenantId, held);
    return { value: undefined, detail: gates.detail };
  });
}

async function score(night: Night): Promise<void> {
  const { steps, days, outcomes, isPastDeadline, context } = night;
  await steps.run('score', async () => {
    for (const asOf of days ?? [undefined]) outcomes.push(...(await scoreUntilItHolds(night, asOf)));
    const count = (status: string) =>
      outcomes.filter(({ run, isSkipped }) => run.status === status && !isSkipped).length;
    const skipped = outcomes.filter(({ isSkipped }) => isSkipped).length;
    return {
      value: undefined,
      detail: {
        succeeded: count('succeeded'),
        refused: count('refused'),
        failed: count('failed'),
        skipped,
      },
      exitCode: nightExitCode(outcomes),
    };
  });
  if (isPastDeadline())
    context.terminal.log('the deadline has passed; what is scored is published all the same');
}

/** Tenants that failed, which a refused one did not, are scored again while there is time. */
async function scoreUntilItHolds(
  { context, warehouse, tenantIds, part, withheld, runId: nightId, isPastDeadline }: Night,
  asOf: AsOfDate | undefined,
): Promise<readonly TenantOutcome[]> {
  // A run is of one day, and a record of its own for each tenant.
  const runId = asOf === undefined ? nightId : `${nightId}-${asOf}`;
  let { tenants } = await scoreTenants(context, warehouse, { asOf, tenantIds, part, withheld, runId });
  for (let attempt = 2; attempt <= ATTEMPTS && !isPastDeadline(); attempt++) {
    const failed = tenants.filter(({ run }) => run.status === 'failed').map(({ run }) => run.tenantId);
    if (failed.length === 0) break;
    context.terminal.log(`scoring ${failed.length} failed tenants again, attempt ${attempt} of ${ATTEMPTS}`);
    const again = await scoreTenants(context, warehouse, { asOf, tenantIds: failed, withheld, runId });
    tenants = [...tenants.filter(({ run }) => run.status !== 'failed'), ...again.tenants];
  }
  return tenants;
}

async function publish({ context, warehouse, steps, runId }: Night): Promise<void> {
  if (!isEmbedded(warehouse)) return steps.skip('publish', 'services read the mart itself on Snowflake');
  await steps.run('publish', async () => {
    const { night, filesWritten, rowCount } = await publishScores(context, warehouse, runId);
    return { value: undefined, detail: { night, files_written: filesWritten, rows: rowCount } };
  });
}

/** What nights before left goes first. A night goes on where that fails, and says so. */
async function sweepFirst(
  warehouse: Warehouse,
  context: CommandContext,
  onSwept: NightlyOptions['onSwept'],
): Promise<number> {
  try {
    const swept = await sweep(context, warehouse, { isDryRun: false });
    if (!isNothingSwept(swept)) onSwept(swept);
    return swept.killedRunsClosed ?? 0;
  } catch (error) {
    context.terminal.log(`what earlier processes left could not be cleared away: ${reasonOf(error)}`);
    return 0;
  }
}

async function scoredTenantsOf(
  warehouse: Warehouse,
  part: NightPart | undefined,
): Promise<readonly TenantId[]> {
  const scored = await readScoredTenants(acrossTenants(warehouse, 'batch scoring'));
  return scored.filter((tenantId) => part === undefined || isInPart(tenantId, part));
}

function everyDay({ from, to }: NonNullable<NightlyOptions['days']>): AsOfDate[] {
  const days: AsOfDate[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}
