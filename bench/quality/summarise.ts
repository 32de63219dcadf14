import type { DataSet } from './data-sets.ts';
import { meanOf, type QualityRow } from './quality-row.ts';

/** Where calibration error is noise of the sample rather than of the model, it is not judged. */
const FEWEST_ROWS_TO_JUDGE_CALIBRATION = 5000;
const CALIBRATION_ERROR_ALLOWED = 0.02;
const AUC_GAP_ALLOWED = 0.003;
const LOG_LOSS_GAIN_WANTED = 0.02;

export interface Finding {
  readonly wanted: string;
  readonly found: string;
  readonly passed: boolean;
}

/** What the project wants to show of `ours` against peers, each with what was found. Empty without ours or peers. */
export function summarise(
  rows: readonly QualityRow[],
  sets: readonly DataSet[],
  peers: readonly string[],
): readonly Finding[] {
  const compared = sets.flatMap((set) => compareOn(set, rows, peers));
  if (compared.length === 0) return [];
  return [
    lowestLogLoss(compared),
    meanLogLoss(compared),
    aucGap(compared),
    ...dropOff(compared),
    ...calibration(compared),
    ...trainingTime(compared),
  ];
}

interface Compared {
  readonly set: DataSet;
  readonly ours: readonly QualityRow[];
  /** Rows of each peer that was measured on this set. */
  readonly peers: ReadonlyMap<string, readonly QualityRow[]>;
}

function compareOn(set: DataSet, rows: readonly QualityRow[], names: readonly string[]): readonly Compared[] {
  const of = (model: string) => rows.filter((row) => row.set === set.name && row.model === model);
  const peers = new Map(
    names.map((name) => [name, of(name)] as const).filter(([, found]) => found.length > 0),
  );
  const ours = of('ours');
  return ours.length === 0 || peers.size === 0 ? [] : [{ set, ours, peers }];
}

function lowestLogLoss(compared: readonly Compared[]): Finding {
  const lost = compared.flatMap(({ set, ours, peers }) => {
    const [name, best] = bestPeer(peers, 'log_loss', 'lowest');
    const own = meanOf(ours, 'log_loss');
    return own < best ? [] : [`${set.name} ${own.toFixed(4)} against ${name} ${best.toFixed(4)}`];
  });
  return {
    wanted: 'log-loss below every peer on all sets but one at most',
    found: `${compared.length - lost.length} of ${compared.length}${lost.length === 0 ? '' : `; not on ${lost.join(', ')}`}`,
    passed: lost.length <= 1,
  };
}

/** The best peer is the one whose mean over the sets is lowest: one tool for everything, as ours is. */
function meanLogLoss(compared: readonly Compared[]): Finding {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const own = mean(compared.map(({ ours }) => meanOf(ours, 'log_loss')));
  const everywhere = [...compared[0]!.peers.keys()].filter((name) =>
    compared.every(({ peers }) => peers.has(name)),
  );
  const [name, best] = everywhere
    .map((peer) => [peer, mean(compared.map(({ peers }) => meanOf(peers.get(peer)!, 'log_loss')))] as const)
    .reduce((left, right) => (right[1] < left[1] ? right : left), [
      'no peer',
      Number.POSITIVE_INFINITY,
    ] as const);
  const gain = 1 - own / best;
  return {
    wanted: `mean log-loss at least ${100 * LOG_LOSS_GAIN_WANTED} % below the best peer's mean`,
    found: `${own.toFixed(4)} against ${name} ${best.toFixed(4)}: ${Math.abs(100 * gain).toFixed(1)} % ${gain < 0 ? 'above' : 'below'}`,
    passed: gain >= LOG_LOSS_GAIN_WANTED,
  };
}

function aucGap(compared: readonly Compared[]): Finding {
  const gaps = compared.map(({ set, ours, peers }) => {
    const [name, best] = bestPeer(peers, 'auc', 'highest');
    return { set: set.name, name, gap: best - meanOf(ours, 'auc') };
  });
  const largest = gaps.reduce((left, right) => (right.gap > left.gap ? right : left));
  return {
    wanted: `nowhere more than ${AUC_GAP_ALLOWED} AUC behind the best`,
    found: `largest gap ${largest.gap.toFixed(4)} on ${largest.set}, behind ${largest.name}`,
    passed: largest.gap <= AUC_GAP_ALLOWED,
  };
}

function dropOff(compared: readonly Compared[]): readonly Finding[] {
  return compared
    .filter(({ set }) => set.name.startsWith('oulad-drop-off'))
    .map(({ set, ours, peers }) => {
      const [aucName, auc] = bestPeer(peers, 'auc', 'highest');
      const [lossName, loss] = bestPeer(peers, 'log_loss', 'lowest');
      return {
        wanted: `on ${set.name} ahead of all in AUC and log-loss`,
        found: `AUC ${meanOf(ours, 'auc').toFixed(4)} against ${aucName} ${auc.toFixed(4)}, log-loss ${meanOf(ours, 'log_loss').toFixed(4)} against ${lossName} ${loss.toFixed(4)}`,
        passed: meanOf(ours, 'auc') > auc && meanOf(ours, 'log_loss') < loss,
      };
    });
}

function calibration(compared: readonly Compared[]): readonly Finding[] {
  return compared
    .filter(({ ours }) => ours[0]!.test_rows > FEWEST_ROWS_TO_JUDGE_CALIBRATION)
    .map(({ set, ours }) => ({
      wanted: `calibration error on ${set.name} at most ${CALIBRATION_ERROR_ALLOWED}`,
      found: meanOf(ours, 'ece').toFixed(4),
      passed: meanOf(ours, 'ece') <= CALIBRATION_ERROR_ALLOWED,
    }));
}

function trainingTime(compared: readonly Compared[]): readonly Finding[] {
  return compared.flatMap(({ set, ours }) => {
    if (set.trainingSecondsAllowed === null) return [];
    const longest = Math.max(...ours.map(({ seconds }) => seconds));
    return {
      wanted: `training on ${set.name} within ${set.trainingSecondsAllowed} s`,
      found: `${longest.toFixed(0)} s at most`,
      passed: longest <= set.trainingSecondsAllowed,
    };
  });
}

function bestPeer(
  peers: Compared['peers'],
  figure: 'auc' | 'log_loss',
  wanted: 'lowest' | 'highest',
): readonly [name: string, mean: number] {
  const sign = wanted === 'lowest' ? 1 : -1;
  return [...peers]
    .map(([name, rows]) => [name, meanOf(rows, figure)] as const)
    .reduce((left, right) => (sign * right[1] < sign * left[1] ? right : left));
}
