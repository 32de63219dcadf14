import type { FeatureFrame } from '../../features/contract/feature-frame.ts';
import { takeRows } from '../../features/contract/feature-frame.ts';
import { featureSetHash } from '../../features/contract/feature-set.ts';
import { logit } from '../../stats/logit.ts';
import type { ModelArtefact } from '../artefact/artefact.ts';
import { encodedWidth } from '../encoding/encoder.ts';
import { featureColumn } from '../encoding/feature-columns.ts';
import { typicalValues } from '../encoding/typical-account.ts';
import { familyNamed } from '../families/families.ts';
import type { Driver } from './drivers/driver.ts';
import { type DriverSource, driverWriter, type ValueSource } from './drivers/drivers.ts';
import {
  BLOCK_ROWS,
  bindEnsemble,
  type Ensemble,
  type EnsembleMember,
  type ExplainedRows,
} from './ensemble.ts';
import { encodedBlock } from './kernels/encoded-block.ts';
import { cumulativeProbabilities } from './probability/hazard.ts';
import { probabilityInterval } from './probability/probability-interval.ts';
import { riskBand } from './probability/risk-bands.ts';
import type { ScoredFrame, ScoreOptions, ScoringModel } from './scoring-model.ts';

export interface ModelIdentity {
  readonly name: string;
  readonly version: string;
}

/**
 * The one scoring path. It runs on typed arrays, so a service never waits for TensorFlow.js to start and the same
 * row scores to the same bits on every machine, alone or among a million others.
 *
 * @throws Error when the parts of the artefact do not fit together (the registry verifies them before)
 */
export function createScoringModel(artefact: ModelArtefact, { name, version }: ModelIdentity): ScoringModel {
  const { description, calibration } = artefact;
  const { featureSet, targets } = description;
  const members = description.members.map(({ family, encoder, share }, index): EnsembleMember => {
    const network = familyNamed(family).network(artefact.weights[index]!);
    const read = artefact.encoders[encoder];
    if (
      read === undefined ||
      network.shape.inputs !== encodedWidth(read) ||
      network.shape.intervals !== targets.length
    )
      throw new Error(`member ${index} of ${name} ${version} does not fit its encoder`);
    return { encoder, network, share };
  });
  const ensemble: Ensemble = { encoders: artefact.encoders, members, calibration };
  const writer = driverWriter(featureSet, typicalValues(artefact.encoders[0]!));

  function columnsOf(frame: FeatureFrame) {
    return featureSet.features.map((definition) => featureColumn(frame, definition));
  }

  function score(frame: FeatureFrame, options: ScoreOptions): ScoredFrame {
    const columns = columnsOf(frame);
    const bound = bindEnsemble(ensemble, featureSet, frame, options.tenantIds ?? null);
    const probabilities = targets.map(() => new Float64Array(frame.rowCount));
    const low = new Float64Array(frame.rowCount);
    const high = new Float64Array(frame.rowCount);
    const drivers: Driver[][] = [];
    const changeDrivers: Driver[][] = [];
    const typicalLogOdds = new Float64Array(frame.rowCount).fill(Number.NaN);
    const past = pastOf(options, frame.rowCount);
    for (let from = 0; from < frame.rowCount; from += BLOCK_ROWS) {
      const to = Math.min(from + BLOCK_ROWS, frame.rowCount);
      const explained = options.driversPerRow > 0 ? bound.explain(from, to) : undefined;
      const logits = explained?.hazardLogits ?? bound.hazardLogits(from, to);
      cumulativeProbabilities(logits, to - from, targets.length).forEach((column, target) => {
        probabilities[target]!.set(column, from);
      });
      for (let row = from; row < to; row++) {
        const first = (row - from) * targets.length;
        const interval = probabilityInterval(
          logits.subarray(first, first + targets.length),
          bound.linesOfRow(row),
        );
        low[row] = interval?.low ?? Number.NaN;
        high[row] = interval?.high ?? Number.NaN;
      }
      const contributions = explained?.contributions();
      const moves = explained && past?.moves(explained, from, to);
      if (contributions !== undefined)
        for (let row = from; row < to; row++)
          typicalLogOdds[row] =
            logit(probabilities.at(-1)![row]!) -
            sumOfRow(contributions, row - from, featureSet.features.length);
      for (let row = from; row < to; row++) {
        const source = (block: Float64Array): DriverSource => ({
          columns,
          row,
          contributions: block,
          contributionRow: row - from,
        });
        const before = past?.valuesOf(row);
        drivers.push(
          contributions === undefined ? [] : writer.drivers(source(contributions), options.driversPerRow),
        );
        changeDrivers.push(
          moves === undefined || before === undefined
            ? []
            : writer.changeDrivers(source(moves), before, options.driversPerRow),
        );
      }
    }
    const longest = probabilities[probabilities.length - 1]!;
    return {
      rowCount: frame.rowCount,
      probabilities,
      interval: { low, high },
      bands: Array.from(longest, (probability) => riskBand(description.riskThresholds, probability)),
      drivers,
      previousProbability: past?.probability ?? new Float64Array(frame.rowCount).fill(Number.NaN),
      changeDrivers,
      typicalLogOdds,
    };
  }

  /** The same accounts at the previous as-of, packed in the order of the rows that have one. */
  function pastOf({ previous, tenantIds }: ScoreOptions, rowCount: number) {
    if (previous === undefined) return undefined;
    const packedRow = new Int32Array(rowCount).fill(-1);
    const kept: number[] = [];
    for (let row = 0; row < rowCount; row++)
      if (previous.rowOf[row]! >= 0) packedRow[row] = kept.push(previous.rowOf[row]!) - 1;
    const frame = takeRows(previous.frame, Int32Array.from(kept));
    const columns = columnsOf(frame);
    const tenants = tenantIds && {
      ...tenantIds,
      codes: tenantIds.codes.filter((_, row) => previous.rowOf[row]! >= 0),
    };
    const bound = bindEnsemble(ensemble, featureSet, frame, tenants ?? null);
    const packed = score(frame, { driversPerRow: 0, ...(tenants && { tenantIds: tenants }) });
    const packedProbability = packed.probabilities.at(-1)!;

    // Along the line from then to now, a feature that did not move contributes nothing, so no reason given is idle.
    function moves(now: ExplainedRows, from: number, to: number): Float64Array | undefined {
      const present = packedRow.subarray(from, to).filter((at) => at >= 0);
      const first = present[0];
      if (first === undefined) return undefined;
      const then = bound.encode(first, present[present.length - 1]! + 1);
      // Where nobody lacks a row then, the packed rows are this block's.
      if (present.length === to - from) return now.contributions(then);
      const starts = now.blocks.map(({ inputs, rowCount }, encoder) => {
        const width = inputs.length / rowCount;
        const start = inputs.slice();
        for (let row = from; row < to; row++) {
          const at = packedRow[row]! - first;
          if (packedRow[row]! >= 0)
            start.set(then[encoder]!.inputs.subarray(at * width, (at + 1) * width), (row - from) * width);
        }
        return encodedBlock(start, rowCount);
      });
      return now.contributions(starts);
    }

    function valuesOf(row: number): ValueSource | undefined {
      return packedRow[row]! < 0 ? undefined : { columns, row: packedRow[row]! };
    }

    const probability = Float64Array.from(packedRow, (at) => (at < 0 ? Number.NaN : packedProbability[at]!));
    return { probability, moves, valuesOf };
  }

  return {
    name,
    version,
    scope: description.scope,
    featureSet,
    featureSetHash: featureSetHash(featureSet),
    targets,
    score,
  };
}

function sumOfRow(values: Float64Array, row: number, width: number): number {
  let sum = 0;
  for (let at = row * width; at < (row + 1) * width; at++) sum += values[at]!;
  return sum;
}
