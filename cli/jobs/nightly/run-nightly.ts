import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AsOfDate, addDays, toEpochDay } from '../../../features/contract/as-of-date.ts';
import { Failure, type FailureExitCode } from '../../../features/contract/failure.ts';
import { type TenantId, tenantIdSchema } from '../../../features/contract/tenant-id.ts';
import { ensureRawTables } from '../../../features/ingest/ensure-raw-tables.ts';
import { acrossTenants } from '../../../features/warehouse/tenant-warehouse.ts';
import type { EmbeddedWarehouse, Warehouse } from '../../../features/warehouse/warehouse.ts';
import { nightExitCode } from '../../../serving/batch/night-report.ts';
import type { TenantOutcome } from '../../../serving/batch/tenant-outcome.ts';
import { closeKilledRuns } from '../../../serving/scores-mart/close-killed-runs.ts';
import { ensureScoresMart } from '../../../serving/scores-mart/ensure-scores-mart.ts';
import {
  NIGHT_STEPS,
  type NightStep,
  type NightStepName,
  nightSteps,
  recordNightStep,
} from '../../../serving/scores-mart/night-steps.ts';
import { scoreRuns } from '../../../serving/scores-mart/score-runs.ts';
import { readSucceededRuns, runsByTenant } from '../../../serving/scores-mart/succeeded-runs.ts';
import type { CommandContext } from '../../context/command-context.ts';
import { withWarehouse } from '../../context/open-warehouse.ts';
import { buildFeatures } from '../build-features.ts';
import { publishScores, scoreTenants } from '../score-tenants.ts';
import type { Deadline } from './deadline.ts';
import { importLanding } from './import-landing.ts';

/** How long to wait for another process that holds the warehouse, where no deadline says. */
const WAIT_WITHOUT_DEADLINE_MILLISECONDS = 30 * 60_000;

/** Failed tenants are scored again so often; a refused one stays refused. */
const ATTEMPTS = 3;

export interface NightlyOptions {
  /** Null: `landing` in CHURN_HOME, if it is there. */
  readonly landing: string | null;
  readonly deadline: Deadline | null;
  readonly tenantIds?: readonly TenantId[] | undefined;
  /** Scores of an older day than this fail the gate; null for any age. */
  readonly maximumAgeDays: number | null;
  /** A back-fill: these days, in order, instead of each tenant's latest. */
  readonly days?: { readonly from: AsOfDate; readonly to: AsOfDate } | undefined;
}

export interface MissingTenant {
  readonly tenantId: TenantId;
  readonly asOf: AsOfDate | null;
  readonly reason: string;
}

export interface LateTenant {
  readonly tenantId: TenantId;
  readonly minutes: number;
}

export interface NightlyReport {
  readonly runId: string;
  readonly night: AsOfDate;
  readonly exitCode: 0 | FailureExitCode;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly deadline: Date | null;
  readonly steps: readonly NightStep[];
  readonly landedTenants: number;
  /** Those that ought to have new scores and do not. */
  readonly missing: readonly MissingTenant[];
  /** Scored after the deadline. */
  readonly late: readonly LateTenant[];
  readonly killedRunsClosed: number;
  /** The newest day that was scored, and how long before the night it lies; null when nothing was. */
  readonly newest: { readonly asOf: AsOfDate; readonly ageDays: number } | null;
  readonly isStale: boolean;
}

/**
 * One night: takes in what landed, builds the marts, scores, publishes. Each step is recorded as it begins and ends. An
 * attempt after a crash or a failure does only what is still to be done. Only one night runs at a time; a second one
 * waits, until its deadline.
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
    (warehouse) => new Night(context, options, warehouse, startedAt, deadline).run(),
    { milliseconds },
  );
}

class Night {
  readonly #context: CommandContext;
  readonly #options: NightlyOptions;
  readonly #warehouse: Warehouse;
  readonly #startedAt: Date;
  readonly #deadline: Date | null;
  readonly #runId = randomUUID();
  readonly #night: AsOfDate;
  readonly #steps: NightStep[] = [];
  readonly #outcomes: TenantOutcome[] = [];

  constructor(
    context: CommandContext,
    options: NightlyOptions,
    warehouse: Warehouse,
    startedAt: Date,
    deadline: Date | null,
  ) {
    this.#context = context;
    this.#options = options;
    this.#warehouse = warehouse;
    this.#startedAt = startedAt;
    this.#deadline = deadline;
    this.#night = startedAt.toISOString().slice(0, 10) as AsOfDate;
  }

  async run(): Promise<NightlyReport> {
    const warehouse = this.#warehouse;
    await ensureRawTables(warehouse);
    await ensureScoresMart(warehouse);
    await warehouse.ensureTable(nightSteps);
    const now = this.#context.clock();
    const killedRunsClosed =
      (await closeKilledRuns(warehouse, scoreRuns, now)) +
      (await closeKilledRuns(warehouse, nightSteps, now));
    if (killedRunsClosed > 0)
      this.#context.terminal.log(`${killedRunsClosed} records of killed runs are closed`);
    const withheld = new Map<TenantId, string>();
    const exitCode = await this.#exitCodeOf(async () => {
      await this.#import(withheld);
      await this.#build(withheld);
      const scored = await this.#score(withheld);
      await this.#publish();
      return scored;
    });
    const finishedAt = this.#context.clock();
    const [missing, late] = [await this.#missing(), this.#late()];
    const newest = this.#newest();
    const { maximumAgeDays } = this.#options;
    const isStale = newest !== null && maximumAgeDays !== null && newest.ageDays > maximumAgeDays;
    const held = isStale && exitCode === 0 ? 3 : exitCode;
    return {
      runId: this.#runId,
      night: this.#night,
      exitCode: held === 0 && late.length > 0 ? 1 : held,
      startedAt: this.#startedAt,
      finishedAt,
      deadline: this.#deadline,
      steps: this.#steps,
      landedTenants: this.#outcomes.filter(({ run }) => run.status === 'succeeded').length,
      missing,
      late,
      killedRunsClosed,
      newest,
      isStale,
    };
  }

  /** A step that failed has been recorded; the night ends there, and its report says why. */
  async #exitCodeOf(work: () => Promise<0 | FailureExitCode>): Promise<0 | FailureExitCode> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return error.exitCode;
    }
  }

  async #import(withheld: Map<TenantId, string>): Promise<void> {
    const { configuration, clock, terminal } = this.#context;
    const standard = join(configuration.home, 'landing');
    const folder = this.#options.landing ?? (existsSync(standard) ? standard : null);
    if (folder === null) {
      await this.#skip('import', { reason: 'there is no landing folder' });
      return;
    }
    await this.#step('import', async () => {
      const outcome = await importLanding({ warehouse: this.#warehouse, folder, clock, log: terminal.log });
      for (const [tenantId, reason] of outcome.withheld) withheld.set(tenantId, reason);
      const { files, known, rowsNew, quarantined } = outcome;
      return {
        value: undefined,
        detail: { folder, files, known, rows_new: rowsNew, quarantined, withheld: withheld.size },
      };
    });
  }

  async #build(withheld: Map<TenantId, string>): Promise<void> {
    const { clock, terminal } = this.#context;
    if (this.#warehouse.engine === 'snowflake') {
      await this.#skip('build', { reason: 'dbt builds the marts on Snowflake' });
      return;
    }
    await this.#step('build', async () => {
      const { runId, marts, report } = await buildFeatures({
        warehouse: this.#warehouse as EmbeddedWarehouse,
        days: this.#days() ?? [],
        clock,
        onBuilt: ({ relation }) => terminal.progress(`${relation.schema}.${relation.name}`, 0),
        onUnfit: ({ tenantId, what, remedy }) => {
          terminal.log(`tenant ${tenantId} is held back: ${what}; ${remedy}`);
          withheld.set(tenantIdSchema.parse(tenantId), what);
        },
      });
      const warned = report.findings.filter(({ severity }) => severity === 'warned').length;
      return {
        value: undefined,
        detail: { build_run: runId, marts: marts.length, warned, withheld: withheld.size },
      };
    });
  }

  async #score(withheld: ReadonlyMap<TenantId, string>): Promise<0 | FailureExitCode> {
    return this.#step('score', async () => {
      for (const asOf of this.#days() ?? [undefined]) {
        this.#outcomes.push(...(await this.#scoreUntilItHolds(withheld, asOf)));
      }
      const exitCode = nightExitCode(this.#outcomes);
      const count = (status: string) =>
        this.#outcomes.filter(({ run, isSkipped }) => run.status === status && !isSkipped).length;
      const skipped = this.#outcomes.filter(({ isSkipped }) => isSkipped).length;
      return {
        value: exitCode,
        detail: {
          succeeded: count('succeeded'),
          refused: count('refused'),
          failed: count('failed'),
          skipped,
        },
        exitCode,
      };
    });
  }

  /** Tenants that failed, which a refused one did not, are scored again while there is time. */
  async #scoreUntilItHolds(
    withheld: ReadonlyMap<TenantId, string>,
    asOf: AsOfDate | undefined,
  ): Promise<readonly TenantOutcome[]> {
    let { tenants } = await scoreTenants(this.#context, this.#warehouse, {
      asOf,
      tenantIds: this.#options.tenantIds,
      withheld,
      runId: this.#runId,
    });
    for (let attempt = 2; attempt <= ATTEMPTS && !this.#isPast(); attempt++) {
      const failed = tenants.filter(({ run }) => run.status === 'failed').map(({ run }) => run.tenantId);
      if (failed.length === 0) break;
      this.#context.terminal.log(
        `scoring ${failed.length} failed tenants again, attempt ${attempt} of ${ATTEMPTS}`,
      );
      const again = await scoreTenants(this.#context, this.#warehouse, {
        asOf,
        tenantIds: failed,
        withheld,
        runId: this.#runId,
      });
      tenants = [...tenants.filter(({ run }) => run.status !== 'failed'), ...again.tenants];
    }
    return tenants;
  }

  async #publish(): Promise<void> {
    if (this.#warehouse.engine === 'snowflake') {
      await this.#skip('publish', { reason: 'services read the mart itself on Snowflake' });
      return;
    }
    await this.#step('publish', async () => {
      const publication = await publishScores(this.#context, this.#warehouse, this.#runId);
      return {
        value: undefined,
        detail: {
          night: publication?.night,
          files_written: publication?.filesWritten,
          rows: publication?.rowCount,
        },
      };
    });
  }

  async #step<Value>(
    step: NightStepName,
    work: () => Promise<{
      readonly value: Value;
      readonly detail: NightStep['detail'];
      readonly exitCode?: 0 | FailureExitCode;
    }>,
  ): Promise<Value> {
    const { clock } = this.#context;
    const begun: NightStep = {
      runId: this.#runId,
      night: this.#night,
      step,
      status: 'running',
      detail: {},
      error: null,
      startedAt: clock(),
      finishedAt: null,
    };
    await recordNightStep(this.#warehouse, begun);
    try {
      const { value, detail, exitCode = 0 } = await work();
      await this.#finish({ ...begun, status: statusOf(exitCode), detail, finishedAt: clock() });
      return value;
    } catch (error) {
      const exitCode = error instanceof Failure ? error.exitCode : 1;
      const message = error instanceof Error ? error.message : String(error);
      await this.#finish({ ...begun, status: statusOf(exitCode), error: message, finishedAt: clock() });
      throw error;
    }
  }

  async #skip(step: NightStepName, detail: NightStep['detail']): Promise<void> {
    const now = this.#context.clock();
    await this.#finish({
      runId: this.#runId,
      night: this.#night,
      step,
      status: 'skipped',
      detail,
      error: null,
      startedAt: now,
      finishedAt: now,
    });
  }

  async #finish(step: NightStep): Promise<void> {
    await recordNightStep(this.#warehouse, step);
    this.#steps.push(step);
    if (this.#isPast() && step.step !== NIGHT_STEPS.at(-1))
      this.#context.terminal.log(`the deadline has passed; ${step.step} is done and the night goes on`);
  }

  #days(): AsOfDate[] | undefined {
    const { days } = this.#options;
    if (days === undefined) return undefined;
    const all: AsOfDate[] = [];
    for (let day = days.from; day <= days.to; day = addDays(day, 1)) all.push(day);
    return all;
  }

  #isPast(): boolean {
    return this.#deadline !== null && this.#context.clock() > this.#deadline;
  }

  /** Tenants without new scores; when the night ended before scoring, all that were scored before. */
  async #missing(): Promise<readonly MissingTenant[]> {
    if (this.#steps.some(({ step }) => step === 'score'))
      return this.#outcomes
        .filter(({ run, isSkipped }) => run.status !== 'succeeded' && !isSkipped)
        .map(({ run }) => ({ tenantId: run.tenantId, asOf: run.asOf, reason: run.error ?? run.status }));
    const runs = await readSucceededRuns(acrossTenants(this.#warehouse, 'batch scoring'));
    const reason = `the night ended at ${this.#steps.at(-1)?.step}`;
    return [...runsByTenant(runs).keys()].map((tenantId) => ({ tenantId, asOf: null, reason }));
  }

  #newest(): NightlyReport['newest'] {
    const days = this.#outcomes.flatMap(({ run }) =>
      run.status === 'succeeded' && run.asOf !== null ? [run.asOf] : [],
    );
    const asOf = days.sort().at(-1);
    return asOf === undefined ? null : { asOf, ageDays: toEpochDay(this.#night) - toEpochDay(asOf) };
  }

  #late(): readonly LateTenant[] {
    const deadline = this.#deadline?.getTime() ?? Number.POSITIVE_INFINITY;
    return this.#outcomes.flatMap(({ run }) => {
      const minutes = ((run.finishedAt?.getTime() ?? 0) - deadline) / 60_000;
      return run.status === 'succeeded' && minutes > 0 ? [{ tenantId: run.tenantId, minutes }] : [];
    });
  }
}

function statusOf(exitCode: 0 | FailureExitCode): NightStep['status'] {
  return exitCode === 0 ? 'succeeded' : exitCode === 1 ? 'failed' : 'refused';
}
