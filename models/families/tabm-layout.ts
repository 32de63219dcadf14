import type { ScoringMachine } from '../scoring/kernels/scoring-kernels.ts';
import { vectorTable } from '../scoring/kernels/vector-table.ts';
import { type Weights, weightNamed } from './family.ts';

/** How wide everything is. */
export interface TabmShape {
  readonly inputs: number;
  readonly intervals: number;
  readonly submodels: number;
  /** Hidden units of one submodel. */
  readonly width: number;
  /** Hidden units of all submodels: submodels · width. */
  readonly units: number;
  /** Log-odds of all submodels: submodels · intervals. */
  readonly heads: number;
}

/** Where the fitted weights lie in a machine's memory, as byte offsets. */
export interface TabmLayout extends TabmShape {
  /** The first layer of all submodels, as `vectorTable` lays it out. */
  readonly table: number;
  readonly vectors: number;
  readonly wideBias: number;
  readonly upperLayers: readonly UpperLayer[];
  readonly headWeights: number;
  readonly headBias: number;
}

interface UpperLayer {
  readonly weights: number;
  readonly transposed: number;
  readonly bias: number;
}

export function tabmShape(fitted: Weights): TabmShape {
  const [inputs, submodels] = weightNamed(fitted, 'input/scale').shape as [number, number];
  const width = weightNamed(fitted, 'hidden_0/bias').values.length;
  const heads = weightNamed(fitted, 'head/bias').values.length;
  return { inputs, intervals: heads / submodels, submodels, width, units: submodels * width, heads };
}

/** Copies the fitted weights into a machine's memory, in the order that its kernels read them. */
export function layOutTabm(fitted: Weights, machine: ScoringMachine): TabmLayout {
  const shape = tabmShape(fitted);
  const { submodels, width, units, intervals } = shape;
  if (width % 8 !== 0 || units % 32 !== 0)
    throw new Error(`${submodels} submodels of ${width} units do not fill the kernels' tiles of 8 and 32`);
  const keep = (values: Float32Array): number => {
    const offset = machine.allocate(values.byteLength);
    machine.floats(offset, values.length).set(values);
    return offset;
  };
  const upperLayers: UpperLayer[] = [];
  for (let layer = 1; fitted.has(`hidden_${layer}/weight`); layer++) {
    const { values } = weightNamed(fitted, `hidden_${layer}/weight`);
    upperLayers.push({
      weights: keep(panels(values, width, false)),
      transposed: keep(panels(values, width, true)),
      bias: keep(biasOf(fitted, layer)),
    });
  }
  return {
    ...shape,
    table: keep(vectorTable(wideWeights(fitted), units)),
    vectors: 2 * shape.inputs,
    wideBias: keep(Float32Array.from({ length: units }, (_, unit) => biasOf(fitted, 0)[unit % width]!)),
    upperLayers,
    headWeights: keep(headsBySubmodel(fitted, submodels, width, intervals)),
    headBias: keep(weightNamed(fitted, 'head/bias').values),
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
