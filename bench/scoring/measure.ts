import { takeRows } from '../../features/contract/feature-frame.ts';
import { type ModelShape, madeUpFrame, madeUpModel } from './made-up-model.ts';

export interface ScoringCase extends ModelShape {
  readonly model: string;
}

export interface ScoringRow {
  readonly model: string;
  readonly features: number;
  readonly rows: number;
  /** Rows per second of processor time, all three. */
  readonly scores: number;
  readonly with_drivers: number;
  readonly with_change_drivers: number;
  /** Time per row over that of the scores alone. */
  readonly drivers_ratio: number;
  /** The same, where the scores alone are those of both as-of dates. */
  readonly change_drivers_ratio: number;
  /** One row with drivers, as a what-if asks: milliseconds by the clock, median. */
  readonly one_row_ms: number;
}

const DRIVERS_PER_ROW = 5;
const ONE_ROW_CALLS = 60;

/** Best of `repeats`: on a machine that others use, the least disturbed run says most. */
export function measureScoring(
  { model: name, ...shape }: ScoringCase,
  rows: number,
  repeats: number,
): ScoringRow {
  const { featureSet, model } = madeUpModel(shape);
  const frame = madeUpFrame(featureSet, rows, 2);
  // Last week's values: half of the features have moved since.
  const earlier = madeUpFrame(featureSet, rows, 3);
  const columns = new Map(
    [...frame.columns].map(([column, values], index) =>
      index % 2 === 0 ? [column, values] : [column, earlier.columns.get(column)!],
    ),
  );
  const previous = {
    frame: { rowCount: rows, columns },
    rowOf: Int32Array.from({ length: rows }, (_, row) => row),
  };
  const best = (work: () => void): number =>
    Math.min(...Array.from({ length: repeats }, () => processorSecondsOf(work)));
  model.score(
    takeRows(
      frame,
      Int32Array.from({ length: Math.min(rows, 512) }, (_, row) => row),
    ),
    {
      driversPerRow: DRIVERS_PER_ROW,
    },
  );
  const scores = best(() => model.score(frame, { driversPerRow: 0 }));
  const drivers = best(() => model.score(frame, { driversPerRow: DRIVERS_PER_ROW }));
  const changes = best(() => model.score(frame, { driversPerRow: DRIVERS_PER_ROW, previous }));
  const single = Array.from({ length: ONE_ROW_CALLS }, (_, call) =>
    takeRows(frame, Int32Array.of(call % rows)),
  )
    .map((row) => millisecondsOf(() => model.score(row, { driversPerRow: DRIVERS_PER_ROW })))
    .sort((left, right) => left - right);
  return {
    model: name,
    features: shape.features,
    rows,
    scores: rows / scores,
    with_drivers: rows / drivers,
    with_change_drivers: rows / changes,
    drivers_ratio: drivers / scores,
    change_drivers_ratio: changes / (2 * scores),
    one_row_ms: single[ONE_ROW_CALLS / 2]!,
  };
}

/** Of processor time: one thread does the work, and other programs on the machine must not count. */
function processorSecondsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function millisecondsOf(work: () => void): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}
