import { randomUUID } from 'node:crypto';
import { type AsOfDate, addDays, fromEpochDay, toEpochDay } from '../../../features/contract/as-of-date.ts';
import { BadInput, Failure } from '../../../features/contract/failure.ts';
import { HORIZON_DAYS, labelColumn } from '../../../features/contract/horizon.ts';
import type { TenantId } from '../../../features/contract/tenant-id.ts';
import { acrossTenants, tenantReader } from '../../../features/warehouse/tenant-warehouse.ts';
import type { Warehouse } from '../../../features/warehouse/warehouse.ts';
import type { LoadedModel, ModelRegistry } from '../../../models/registry/model-registry.ts';
import { type ReliabilityBin, reliabilityBins } from '../../../stats/reliability-bins.ts';
import { EVERY_TENANT } from '../../scores-mart/build-runs.ts';
import { ensureScoresMart } from '../../scores-mart/ensure-scores-mart.ts';
import { recordMonitoring, SCORES_SUBJECT } from '../../scores-mart/monitoring-figures.ts';
import {
  readRecentRuns,
  readSucceededRuns,
  runsByTenant,
  type SucceededRun,
} from '../../scores-mart/succeeded-runs.ts';
import { groupedBy } from './grouped-by.ts';
import { expectedFigures, measureOutcomes } from './measure-outcomes.ts';
import type { ExpectedOf, MonitoringReport, OutcomesOf, WatchedModel } from './monitoring-report.ts';
import { figuresOf } from './monitoring-rows.ts';
import { recommendRetraining } from './recommend-retraining.ts';
import { type ServedScore, servedScoresOf } from './served-scores.ts';
import { tenantReliability } from './tenant-reliability.ts';
import { DriftWatch } from './watch-drift.ts';
import { watchedTenants } from './watched-tenants.ts';

const DAYS_LOOKED_BACK = 365;

export interface MonitoringOptions {
  readonly warehouse: Warehouse;
  readonly registry: Pick<ModelRegistry, 'load'>;
  readonly clock: () => Date;
  /** Undefined for every tenant. */
  readonly tenantIds?: readonly TenantId[] | undefined;
  readonly modelName?: string | undefined;
  /** Undefined for the newest scored date. */
  readonly asOf?: AsOfDate | undefined;
  readonly withHindsight?: boolean;
}

/**
 * Measures the models that serve, each with the tenants that it serves, and records the figures in `scores.monitoring`.
 *
 * @throws BadInput where nothing that was asked for has been scored
 */
export async function monitorModels(options: MonitoringOptions): Promise<MonitoringReport> {
  const { warehouse, clock } = options;
  await ensureScoresMart(warehouse);
  const runs = await readRuns(options);
  const newest = runs.reduce<AsOfDate | undefined>(
    (latest, run) => (latest === undefined || run.asOf > latest ? run.asOf : latest),
    undefined,
  );
  if (newest === undefined)
    throw new BadInput({
      where: 'scores.score_runs',
      what: 'nothing that was asked for has been scored',
      remedy: 'check --tenant, --model and --as-of, or score with `churn score`',
    });
  const asOf = options.asOf ?? newest;
  const models: WatchedModel[] = [];
  for (const served of byServingModel(runs)) models.push(await watchModel(served, asOf, options));
  const report: MonitoringReport = {
    runId: randomUUID(),
    asOf,
    measuredAt: clock().toISOString(),
    models,
    retrain: models.some(({ recommendation }) => recommendation?.retrain),
  };
  const isOfAll = options.tenantIds === undefined;
  const figures = models.flatMap(figuresOf).filter(({ tenantId }) => isOfAll || tenantId !== EVERY_TENANT);
  await warehouse.write([
    recordMonitoring({ runId: report.runId, asOf, measuredAt: new Date(report.measuredAt) }, figures),
  ]);
  return report;
}

async function readRuns({
  warehouse,
  tenantIds,
  modelName,
  asOf,
}: MonitoringOptions): Promise<SucceededRun[]> {
  const runs: SucceededRun[] = [];
  const everybody = acrossTenants(warehouse, 'monitoring');
  if (tenantIds === undefined && asOf === undefined)
    runs.push(...(await readRecentRuns(everybody, DAYS_LOOKED_BACK)));
  else if (tenantIds === undefined) runs.push(...(await readSucceededRuns(everybody)));
  else
    for (const tenantId of new Set(tenantIds))
      runs.push(...(await readSucceededRuns(tenantReader(warehouse, tenantId))));
  return runs.filter(
    (run) =>
      (asOf === undefined || run.asOf <= asOf) && (modelName === undefined || run.modelName === modelName),
  );
}

interface ServingModel {
  readonly name: string;
  readonly version: string;
  /** Each tenant's runs under the model's name, the current one last. */
  readonly runs: ReadonlyMap<TenantId, readonly SucceededRun[]>;
}

function byServingModel(runs: readonly SucceededRun[]): ServingModel[] {
  const models = new Map<string, { name: string; version: string; runs: Map<TenantId, SucceededRun[]> }>();
  for (const [tenantId, ofTenant] of runsByTenant(runs)) {
    const { modelName, modelVersion } = ofTenant.at(-1)!;
    const key = `${modelName}@${modelVersion}`;
    const model = models.get(key) ?? { name: modelName, version: modelVersion, runs: new Map() };
    models.set(key, model);
    model.runs.set(
      tenantId,
      ofTenant.filter((run) => run.modelName === modelName),
    );
  }
  return [...models.values()];
}

async function watchModel(
  { name, version, runs }: ServingModel,
  asOf: AsOfDate,
  { warehouse, registry, withHindsight = false }: MonitoringOptions,
): Promise<WatchedModel> {
  const notes: string[] = [];
  const loaded = await loadOrNote(registry, name, version, notes);
  const drift = loaded === null ? null : new DriftWatch(loaded);
  const scores: ServedScore[] = [];
  const driverWeights = new Map<string, number>();
  const withoutReference: string[] = [];
  const looked = new Map(
    [...runs].map(([tenantId, ofTenant]) => [
      tenantId,
      { runs: weekly(ofTenant, asOf), newest: ofTenant.at(-1)!.asOf },
    ]),
  );
  for await (const { tenantId, rows, addFeatures } of watchedTenants(warehouse, looked, drift)) {
    const of = looked.get(tenantId)!;
    const served = await servedScoresOf(rows, { ...of, asOf, withHindsight });
    for (const score of served.scores) scores.push(score);
    for (const [feature, weight] of served.driverWeights)
      driverWeights.set(feature, (driverWeights.get(feature) ?? 0) + weight);
    if (drift === null) continue;
    if (!(await addFeatures())) withoutReference.push(tenantId);
    const own = served.scores.filter(({ modelVersion }) => modelVersion === version);
    drift.addScores(tenantId, own, toEpochDay(of.newest));
  }
  if (withoutReference.length > 0)
    notes.push(
      `no as-of date of training is in the mart for ${withoutReference.join(', ')}: features not compared`,
    );
  noteHindsight(scores, withHindsight, notes);
  const byTenant = groupedBy(scores, ({ tenantId }) => tenantId);
  const realised = HORIZON_DAYS.flatMap((_, horizon) => realisedOf(scores, byTenant, horizon));
  const measured = HORIZON_DAYS.findLastIndex((days) =>
    realised.some(({ horizonDays, rows }) => horizonDays === days && rows > 0),
  );
  const own = scores.filter(({ modelVersion }) => modelVersion === version);
  const features = drift?.measure(driverWeights) ?? [];
  const ownMeasured = HORIZON_DAYS.findLastIndex((_, horizon) =>
    own.some(({ outcomes }) => !Number.isNaN(outcomes[horizon])),
  );
  const overall = features.filter(
    ({ tenantId, feature }) => tenantId === EVERY_TENANT && feature !== SCORES_SUBJECT,
  );
  return {
    model: name,
    version,
    trainedAt: loaded?.card.trained_at ?? null,
    tenants: [...runs.keys()],
    newestAsOf: [...runs.values()]
      .map((ofTenant) => ofTenant.at(-1)!.asOf)
      .sort()
      .at(-1)!,
    drift: features,
    realised,
    expected: expectedOf(byTenant),
    reliability: HORIZON_DAYS.map((horizonDays, horizon) => ({ horizonDays, bins: binsOf(scores, horizon) })),
    tenantReliability:
      measured < 0
        ? []
        : tenantReliability(byTenant, measured, (tenantId) => {
            const of = realised.find(
              (outcomes) =>
                outcomes.tenantId === tenantId &&
                outcomes.month === '' &&
                outcomes.horizonDays === HORIZON_DAYS[measured],
            );
            return of?.realised.auc ?? { value: null, low: null, high: null };
          }),
    recommendation:
      loaded === null
        ? null
        : recommendRetraining({
            card: loaded.card,
            target: labelColumn(HORIZON_DAYS[Math.max(0, ownMeasured)]!),
            outcomes: ownMeasured < 0 ? null : measureOutcomes(own, ownMeasured),
            driftedWeight:
              overall.length === 0
                ? null
                : overall.reduce(
                    (sum, { isFlagged, driverShare }) => sum + (isFlagged ? (driverShare ?? 0) : 0),
                    0,
                  ),
            ageDays: Math.floor(toEpochDay(asOf) - Date.parse(loaded.card.trained_at) / 86_400_000),
          }),
    notes,
  };
}

async function loadOrNote(
  registry: MonitoringOptions['registry'],
  name: string,
  version: string,
  notes: string[],
): Promise<LoadedModel | null> {
  try {
    return await registry.load(name, version);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    notes.push(`${name}@${version} cannot be loaded (${error.what}): no drift, no recommendation`);
    return null;
  }
}

/** The first scored date of each week, and the newest: dates close together say the same twice. */
function weekly(runs: readonly SucceededRun[], asOf: AsOfDate): SucceededRun[] {
  const newest = runs.at(-1)!.asOf;
  const firstOfWeek = new Map<number, AsOfDate>();
  // 1970-01-01 was a Thursday.
  const weekOf = (date: AsOfDate) => Math.floor((toEpochDay(date) + 3) / 7);
  for (const { asOf: date } of runs)
    if (date < (firstOfWeek.get(weekOf(date)) ?? '9999-12-31')) firstOfWeek.set(weekOf(date), date);
  return runs.filter(
    ({ asOf: date }) =>
      date > addDays(asOf, -DAYS_LOOKED_BACK) && (date === newest || firstOfWeek.get(weekOf(date)) === date),
  );
}

function noteHindsight(scores: readonly ServedScore[], counted: boolean, notes: string[]): void {
  const late = scores.filter(({ isHindsight }) => isHindsight[0]).length;
  if (late === 0) return;
  notes.push(
    `${late} scores were made after a window of theirs had closed; ${counted ? 'they count, although nobody was served them in time' : 'they are left out without --with-hindsight'}`,
  );
}

function realisedOf(
  scores: readonly ServedScore[],
  byTenant: ReadonlyMap<string, readonly ServedScore[]>,
  horizon: number,
): OutcomesOf[] {
  const horizonDays = HORIZON_DAYS[horizon]!;
  const all: (readonly [string, readonly ServedScore[]])[] = [[EVERY_TENANT, scores], ...byTenant];
  return all.flatMap(([tenantId, ofTenant]) => {
    const closed = ofTenant.filter(({ outcomes }) => !Number.isNaN(outcomes[horizon]));
    const months = groupedBy(closed, ({ epochDay }) => fromEpochDay(epochDay).slice(0, 7));
    const parts: [string, readonly ServedScore[]][] = [['', closed], ...months];
    return parts.map(([month, part]) => ({
      tenantId,
      horizonDays,
      month,
      ...measureOutcomes(part, horizon),
    }));
  });
}

/** Of each tenant's newest day, which lies behind the others' where it is held back. */
function expectedOf(byTenant: ReadonlyMap<string, readonly ServedScore[]>): ExpectedOf[] {
  const newest = [...byTenant].map(([tenantId, of]) => {
    const day = of.reduce((latest, { epochDay }) => Math.max(latest, epochDay), 0);
    return [tenantId, of.filter(({ epochDay }) => epochDay === day)] as const;
  });
  const parts = [[EVERY_TENANT, newest.flatMap(([, of]) => of)] as const, ...newest];
  return parts.flatMap(([tenantId, part]) =>
    HORIZON_DAYS.map((horizonDays, horizon) => ({
      tenantId,
      horizonDays,
      accounts: part.length,
      figures: expectedFigures(part, horizon),
    })),
  );
}

function binsOf(scores: readonly ServedScore[], horizon: number): ReliabilityBin[] {
  const closed = scores.filter(({ outcomes }) => !Number.isNaN(outcomes[horizon]));
  return reliabilityBins(
    Float64Array.from(closed, ({ outcomes }) => outcomes[horizon]!),
    Float64Array.from(closed, ({ probabilities }) => probabilities[horizon]!),
    10,
  );
}
