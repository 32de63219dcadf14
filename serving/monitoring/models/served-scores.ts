import { type AsOfDate, toEpochDay } from '../../../features/contract/as-of-date.ts';
import { HORIZON_DAYS, labelColumn } from '../../../features/contract/horizon.ts';
import type { TenantRows } from '../../../features/warehouse/tenant-rows.ts';
import type { ReaderSelection } from '../../../features/warehouse/tenant-warehouse.ts';
import { accountChurnScores } from '../../scores-mart/account-churn-scores.ts';
import { millisecondsOf, numbersOf, textsOf } from '../../scores-mart/column-values.ts';
import { readDrivers } from '../../scores-mart/driver-codes.ts';
import type { SucceededRun } from '../../scores-mart/succeeded-runs.ts';

const MILLISECONDS_PER_DAY = 86_400_000;
const ACCOUNT_CHURN_LABELS = { schema: 'analytics', name: 'account_churn_labels' } as const;

const TARGETS = HORIZON_DAYS.map(labelColumn);

/** What `servedScoresOf` reads of the scores; rows of dates that are not looked at may be among them. */
export const SERVED_SCORES: Omit<ReaderSelection, 'where'> = {
  relation: accountChurnScores.relation,
  columns: [
    'account_id',
    'as_of_date',
    'model_name',
    'model_version',
    'revision',
    'is_withdrawn',
    'scored_at',
    'drivers',
    ...HORIZON_DAYS.map((days) => `churn_probability_${days}d`),
  ],
  orderBy: ['as_of_date', 'account_id', 'scored_at', 'revision'],
};

/** What it reads of outcomes. */
export const SERVED_LABELS: Omit<ReaderSelection, 'where'> = {
  relation: ACCOUNT_CHURN_LABELS,
  columns: ['account_id', 'as_of_date', ...TARGETS],
};

/** One tenant's rows of both. */
export interface ServedRows {
  readonly scores: TenantRows;
  readonly labels: TenantRows;
}

/** A score as people saw it, and what came of it. */
export interface ServedScore {
  readonly tenantId: string;
  readonly accountId: string;
  readonly epochDay: number;
  readonly modelVersion: string;
  /** By horizon. */
  readonly probabilities: readonly number[];
  /** By horizon: 1 churned, 0 did not, NaN while the window is open, or the score was made after it. */
  readonly outcomes: readonly number[];
  /** Made when the window of a horizon had closed: nobody acted on it. */
  readonly isHindsight: readonly boolean[];
}

export interface ServedScores {
  readonly scores: readonly ServedScore[];
  /** Of the newest as-of date: each feature's part in what the drivers say, in absolute log-odds. */
  readonly driverWeights: ReadonlyMap<string, number>;
}

export interface ServedSelection {
  /** The tenant's runs of one model that are looked at. */
  readonly runs: readonly SucceededRun[];
  readonly newest: AsOfDate;
  /** Nothing that was not known by then counts. */
  readonly asOf: AsOfDate;
  /** Counts scores that were made after their window had closed. */
  readonly withHindsight: boolean;
}

/**
 * One tenant's scores as they were served: of each as-of date the version and revision that stood a day after its first score.
 * Later revisions knew more than the people who used the list. An outcome is there only when its window has closed.
 */
export async function servedScoresOf(
  { scores: scoreRows, labels: labelRows }: ServedRows,
  { runs, newest, asOf, withHindsight }: ServedSelection,
): Promise<ServedScores> {
  const [newestDay, today] = [toEpochDay(newest), toEpochDay(asOf)];
  const served = await servedOf(scoreRows, runs, newestDay);
  const labels = await labelsOf(labelRows);
  const driverWeights = new Map<string, number>();
  const scores = served.map((row): ServedScore => {
    const { accountId, epochDay, modelVersion, probabilities } = row;
    if (row.drivers !== null) addWeights(driverWeights, row.drivers);
    const isHindsight = HORIZON_DAYS.map((days) => row.scoredAt >= (epochDay + days) * MILLISECONDS_PER_DAY);
    const label = labels.get(`${epochDay}\n${accountId}`);
    return {
      tenantId: scoreRows.tenantId,
      accountId,
      epochDay,
      modelVersion,
      probabilities,
      isHindsight,
      outcomes: HORIZON_DAYS.map((days, horizon) =>
        epochDay + days <= today && (withHindsight || !isHindsight[horizon])
          ? (label?.[horizon] ?? Number.NaN)
          : Number.NaN,
      ),
    };
  });
  return { scores, driverWeights };
}

interface ScoreRow {
  readonly accountId: string;
  readonly epochDay: number;
  readonly modelVersion: string;
  readonly probabilities: readonly number[];
  readonly scoredAt: number;
  readonly isWithdrawn: boolean;
  /** Null except at the newest as-of date. */
  readonly drivers: string | null;
}

async function servedOf(
  scores: TenantRows,
  runs: readonly SucceededRun[],
  newestDay: number,
): Promise<readonly ScoreRow[]> {
  const key = (day: number, name: string, version: string) => `${day}\n${name}\n${version}`;
  const champions = new Set(runs.map((run) => key(toEpochDay(run.asOf), run.modelName, run.modelVersion)));
  const firstScored = new Map<number, number>();
  const rows: ScoreRow[] = [];
  for await (const batch of scores.batches()) {
    const [accountIds, drivers] = [textsOf(batch, 'account_id'), textsOf(batch, 'drivers')];
    const [names, versions] = [textsOf(batch, 'model_name'), textsOf(batch, 'model_version')];
    const [days, withdrawn] = [numbersOf(batch, 'as_of_date'), numbersOf(batch, 'is_withdrawn')];
    const scoredAt = millisecondsOf(batch, 'scored_at');
    const columns = HORIZON_DAYS.map((horizon) => numbersOf(batch, `churn_probability_${horizon}d`));
    for (let row = 0; row < batch.rowCount; row++) {
      const epochDay = days[row]!;
      if (!champions.has(key(epochDay, names[row]!, versions[row]!))) continue;
      firstScored.set(epochDay, Math.min(firstScored.get(epochDay) ?? Infinity, scoredAt[row]!));
      rows.push({
        accountId: accountIds[row]!,
        epochDay,
        modelVersion: versions[row]!,
        probabilities: columns.map((column) => column[row]!),
        scoredAt: scoredAt[row]!,
        isWithdrawn: withdrawn[row] === 1,
        // A year of them would be most of what is held.
        drivers: epochDay === newestDay ? drivers[row]! : null,
      });
    }
  }
  const standing = new Map<string, ScoreRow>();
  for (const row of rows)
    if (row.scoredAt <= firstScored.get(row.epochDay)! + MILLISECONDS_PER_DAY)
      standing.set(`${row.epochDay}\n${row.accountId}`, row);
  return [...standing.values()].filter(({ isWithdrawn }) => !isWithdrawn);
}

async function labelsOf(rows: TenantRows): Promise<ReadonlyMap<string, readonly number[]>> {
  const labels = new Map<string, readonly number[]>();
  for await (const batch of rows.batches()) {
    const [accountIds, days] = [textsOf(batch, 'account_id'), numbersOf(batch, 'as_of_date')];
    const columns = TARGETS.map((target) => numbersOf(batch, target));
    for (let row = 0; row < batch.rowCount; row++)
      labels.set(
        `${days[row]}\n${accountIds[row]}`,
        columns.map((column) => column[row]!),
      );
  }
  return labels;
}

function addWeights(weights: Map<string, number>, drivers: string): void {
  for (const driver of readDrivers(drivers)) {
    if (!('columns' in driver)) continue;
    for (const { feature, contribution } of driver.columns)
      weights.set(feature, (weights.get(feature) ?? 0) + Math.abs(contribution));
  }
}
