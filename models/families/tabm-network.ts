import { inputTerms, moveTerms, vectorTable } from '../scoring/kernels/input-terms.ts';
import { type ScoringMachine, startScoringMachine } from '../scoring/kernels/scoring-kernels.ts';
import { type Network, type NetworkPath, type Weights, weightNamed } from './family.ts';
import { meanHazardLogits } from './mean-hazard.ts';

/** Rows that go through the first layer together: its weights are the larger part. */
const CHUNK_ROWS = 256;

/** Rows that go through the other layers together, where the units are. */
const CACHED_ROWS = 16;

const FLOAT_BYTES = 4;

/**
 * The fitted network in 32 bits on the scoring kernels. Each has a memory of its own, which starts with its first rows: a
 * model that is only looked at takes none.
 */
export function tabmNetwork(fitted: Weights): Network {
  const [inputWidth, submodels] = weightNamed(fitted, 'input/scale').shape as [number, number];
  const headBias = weightNamed(fitted, 'head/bias').values;
  const intervals = headBias.length / submodels;
  let started: Runner | undefined;
  const runner = (): Runner => {
    started ??= startRunner(fitted);
    return started;
  };
  return {
    shape: { inputs: inputWidth, intervals },
    logits: (inputs, rowCount) => {
      if (rowCount <= CHUNK_ROWS) return runner().logits(inputs, rowCount);
      const results = new Float64Array(rowCount * intervals);
      for (let from = 0; from < rowCount; from += CHUNK_ROWS) {
        const to = Math.min(from + CHUNK_ROWS, rowCount);
        const chunk = inputs.subarray(from * inputWidth, to * inputWidth);
        results.set(runner().logits(chunk, to - from), from * intervals);
      }
      return results;
    },
    pathFrom: (start, inputs, rowCount) => runner().pathFrom(start, inputs, rowCount),
  };
}

type Runner = Pick<Network, 'logits' | 'pathFrom'>;

function startRunner(fitted: Weights): Runner {
  const machine = startScoringMachine();
  const { kernels } = machine;
  const [inputWidth, submodels] = weightNamed(fitted, 'input/scale').shape as [number, number];
  const width = weightNamed(fitted, 'hidden_0/bias').values.length;
  const intervals = weightNamed(fitted, 'head/bias').values.length / submodels;
  const units = submodels * width;
  const heads = submodels * intervals;
  const vectors = 2 * inputWidth;
  if (width % 8 !== 0 || units % 32 !== 0)
    throw new Error(`${submodels} submodels of ${width} units do not fill the kernels' tiles of 8 and 32`);

  const table = keep(machine, vectorTable(wideWeights(fitted), units));
  const wideBias = keep(
    machine,
    Float32Array.from({ length: units }, (_, unit) => biasOf(fitted, 0)[unit % width]!),
  );
  const upper: UpperLayer[] = [];
  for (let layer = 1; fitted.has(`hidden_${layer}/weight`); layer++) {
    const { values } = weightNamed(fitted, `hidden_${layer}/weight`);
    upper.push({
      weights: keep(machine, panels(values, width, false)),
      transposed: keep(machine, panels(values, width, true)),
      bias: keep(machine, biasOf(fitted, layer)),
    });
  }
  const headWeights = keep(machine, headsBySubmodel(fitted, submodels, width, intervals));
  const headBias = keep(machine, weightNamed(fitted, 'head/bias').values);

  const region = (): Region => growing(machine);
  const terms = region();
  const termStarts = region();
  const ends = region();
  const startsOfPath = region();
  const sums = region();
  const active = region();
  const headSums = region();
  const slopes = Array.from({ length: upper.length + 1 }, region);
  const meanGradients = region();
  const offsets = region();
  const projected = region();

  /** Inputs → the first layer's sums (rows × units). */
  function firstLayer(inputs: Float32Array, rowCount: number, to: Region): number {
    const found = inputTerms(inputs, rowCount);
    const termsAt = terms.sized(found.words.length);
    const startsAt = termStarts.sized(found.starts.length);
    const out = to.sized(rowCount * units);
    machine.integers(termsAt, found.words.length).set(found.words);
    machine.integers(startsAt, found.starts.length).set(found.starts);
    kernels.addTerms(table, vectors, wideBias, termsAt, startsAt, out, rowCount, units);
    return out;
  }

  /**
   * A place between two first-layer sums → the heads' log-odds (rows × submodels × intervals), which the next call
   * overwrites. Few rows at a time, so that what one layer leaves is in the cache when the next reads it.
   */
  function above(
    { start, startStride, end, fraction }: Place,
    rowCount: number,
    keepSlopes: boolean,
  ): Float32Array {
    const sumsAt = sums.sized(CACHED_ROWS * units);
    const activeAt = active.sized(CACHED_ROWS * units);
    const slopesAt = slopes.map((region) => (keepSlopes ? region.sized(rowCount * units) : 0));
    const out = headSums.sized(rowCount * heads);
    for (let from = 0; from < rowCount; from += CACHED_ROWS) {
      const count = Math.min(CACHED_ROWS, rowCount - from);
      const cells = count * units;
      const skipped = FLOAT_BYTES * from * units;
      const slopesOf = (layer: number): number => (keepSlopes ? slopesAt[layer]! + skipped : 0);
      let first = end + skipped;
      if (fraction < 1) {
        const startAt = start + FLOAT_BYTES * from * startStride;
        kernels.between(startAt, startStride, first, fraction, sumsAt, count, units);
        first = sumsAt;
      }
      kernels.silu(first, activeAt, slopesOf(0), cells);
      upper.forEach(({ weights, bias }, layer) => {
        kernels.product(activeAt, weights, bias, 0, sumsAt, count * submodels, width, width);
        kernels.silu(sumsAt, activeAt, slopesOf(layer + 1), cells);
      });
      const headsAt = out + FLOAT_BYTES * from * heads;
      kernels.heads(activeAt, headWeights, headBias, headsAt, count, submodels, intervals, width);
    }
    return machine.floats(out, rowCount * heads);
  }

  /** Whose sums are in `ends`: a block is scored, then explained, then compared with an earlier day, on one first layer. */
  let ended: WeakRef<Float32Array> | undefined;

  function firstLayerAtEnd(inputs: Float32Array, rowCount: number): number {
    if (ended?.deref() === inputs) return ends.sized(rowCount * units);
    ended = new WeakRef(inputs);
    return firstLayer(inputs, rowCount, ends);
  }

  function logits(inputs: Float32Array, rowCount: number): Float64Array {
    walked = undefined;
    const firstSums = firstLayerAtEnd(inputs, rowCount);
    return meanHazardLogits(above(placeAt(firstSums), rowCount, false), submodels, intervals);
  }

  /** Paths share the memory, so the latest alone may be walked. */
  let walked: object | undefined;

  function pathFrom(start: Float32Array, inputs: Float32Array, rowCount: number): NetworkPath {
    const startRows = start.length / inputWidth;
    const startSums = firstLayer(start, startRows, startsOfPath);
    const endSums = firstLayerAtEnd(inputs, rowCount);
    const cells = rowCount * units;
    const mean = meanGradients.sized(cells);
    machine.floats(mean, cells).fill(0);
    const ofSubmodels = new Float64Array(rowCount * heads);
    const own = {};
    walked = own;
    const assertLatest = (): void => {
      if (walked !== own) throw new Error('another path through the same network was begun since');
    };

    function logitsAt(fraction: number): Float64Array {
      assertLatest();
      // One start for all rows is computed once.
      if (fraction === 0 && startRows === 1) {
        const one = meanHazardLogits(above(placeAt(startSums), 1, false), submodels, intervals);
        return Float64Array.from({ length: rowCount * intervals }, (_, cell) => one[cell % intervals]!);
      }
      const place = { start: startSums, startStride: startRows === 1 ? 0 : units, end: endSums, fraction };
      return meanHazardLogits(above(place, rowCount, true), submodels, intervals, ofSubmodels);
    }

    function accumulate(upstream: Float64Array, weight: number): void {
      assertLatest();
      const gradients = headSums.sized(rowCount * heads);
      const values = machine.floats(gradients, rowCount * heads);
      for (let row = 0, cell = 0; row < rowCount; row++)
        for (let submodel = 0; submodel < submodels; submodel++)
          for (let interval = 0; interval < intervals; interval++, cell++)
            values[cell] = ofSubmodels[cell]! * upstream[row * intervals + interval]!;
      const slopesAt = slopes.map((region) => region.sized(cells));
      const [one, other] = [active.sized(CACHED_ROWS * units), sums.sized(CACHED_ROWS * units)];
      for (let from = 0; from < rowCount; from += CACHED_ROWS) {
        const count = Math.min(CACHED_ROWS, rowCount - from);
        const skipped = FLOAT_BYTES * from * units;
        let [current, next] = [one, other];
        kernels.headsBack(
          gradients + FLOAT_BYTES * from * heads,
          headWeights,
          slopesAt[upper.length]! + skipped,
          current,
          count,
          submodels,
          intervals,
          width,
        );
        for (let layer = upper.length - 1; layer >= 0; layer--) {
          const { transposed } = upper[layer]!;
          kernels.product(
            current,
            transposed,
            0,
            slopesAt[layer]! + skipped,
            next,
            count * submodels,
            width,
            width,
          );
          [current, next] = [next, current];
        }
        kernels.addScaled(current, weight, mean + skipped, count * units);
      }
    }

    function contribute(
      contributions: Float64Array,
      slotOfInput: Int32Array,
      slotCount: number,
      scale: number,
    ): void {
      assertLatest();
      const found = moveTerms(start, inputs, slotOfInput, rowCount);
      const count = found.offsets.length;
      const offsetsAt = offsets.sized(count);
      const startsAt = termStarts.sized(found.starts.length);
      const out = projected.sized(count);
      machine.integers(offsetsAt, count).set(found.offsets);
      machine.integers(startsAt, found.starts.length).set(found.starts);
      kernels.projectOnTerms(table, vectors, mean, offsetsAt, startsAt, out, rowCount, units);
      const products = machine.floats(out, count);
      for (let row = 0; row < rowCount; row++)
        for (let term = found.starts[row]!; term < found.starts[row + 1]!; term++)
          contributions[row * slotCount + found.slots[term]!]! +=
            scale * found.factors[term]! * products[term]!;
    }

    return { logitsAt, accumulate, contribute };
  }

  return { logits, pathFrom };
}

/** A fraction of the way from `start`, whose rows lie `startStride` cells apart, to `end`. */
interface Place {
  readonly start: number;
  readonly startStride: number;
  readonly end: number;
  readonly fraction: number;
}

function placeAt(end: number): Place {
  return { start: 0, startStride: 0, end, fraction: 1 };
}

interface UpperLayer {
  readonly weights: number;
  readonly transposed: number;
  readonly bias: number;
}

function keep(machine: ScoringMachine, values: Float32Array): number {
  const offset = machine.allocate(values.byteLength);
  machine.floats(offset, values.length).set(values);
  return offset;
}

/** Room that is kept from call to call and moves on when it has to be larger. */
interface Region {
  /** The offset of room for so many cells; what was there holds while it did not have to grow. */
  sized(cells: number): number;
}

function growing(machine: ScoringMachine): Region {
  let offset = 0;
  let capacity = 0;
  return {
    sized: (cells) => {
      if (cells > capacity) {
        // Half as much again, so that a little more each time does not leave a trail of small rooms.
        capacity = capacity === 0 ? cells : Math.max(cells, Math.ceil(1.5 * capacity));
        offset = machine.allocate(4 * capacity);
      }
      return offset;
    },
  };
}

function biasOf(fitted: Weights, layer: number): Float32Array {
  return weightNamed(fitted, `hidden_${layer}/bias`).values;
}

/** The first layer of all submodels side by side: inputs × (submodels · width). */
function wideWeights(fitted: Weights): Float64Array {
  const {
    values: shared,
    shape: [inputs = 0, width = 0],
  } = weightNamed(fitted, 'hidden_0/weight');
  const { values: scales } = weightNamed(fitted, 'input/scale');
  const submodels = scales.length / inputs;
  const weights = new Float64Array(inputs * submodels * width);
  let cell = 0;
  for (let input = 0; input < inputs; input++)
    for (let submodel = 0; submodel < submodels; submodel++)
      for (let unit = 0; unit < width; unit++)
        weights[cell++] = shared[input * width + unit]! * scales[input * submodels + submodel]!;
  return weights;
}

/** A square matrix as the product reads it: eight columns after eight columns. */
function panels(values: Float32Array, width: number, transposed: boolean): Float32Array {
  const packed = new Float32Array(values.length);
  let cell = 0;
  for (let column = 0; column < width; column += 8)
    for (let row = 0; row < width; row++)
      for (let lane = column; lane < column + 8; lane++)
        packed[cell++] = values[transposed ? lane * width + row : row * width + lane]!;
  return packed;
}

/** (submodels · width) × intervals → submodels × intervals × width. */
function headsBySubmodel(fitted: Weights, submodels: number, width: number, intervals: number): Float32Array {
  const { values } = weightNamed(fitted, 'head/weight');
  const turned = new Float32Array(values.length);
  let cell = 0;
  for (let submodel = 0; submodel < submodels; submodel++)
    for (let interval = 0; interval < intervals; interval++)
      for (let unit = 0; unit < width; unit++)
        turned[cell++] = values[(submodel * width + unit) * intervals + interval]!;
  return turned;
}
