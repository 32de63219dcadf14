import { createRandom } from '../../stats/seeded-random.ts';
import type { TensorFlow } from '../backends/tensorflow.ts';
import { adam } from './adam.ts';

const ROWS = 512;
const WIDTHS = [240, 128, 128, 3] as const;
const WARM_UP_STEPS = 3;

export interface TrainingSpeed {
  readonly rowsPerSecond: number;
  /** The network that was trained, for people. */
  readonly network: string;
}

/**
 * Trains a network of fixed shape on noise for a moment: a figure that compares machines and backends, whatever families
 * there are. It has what their steps have: products, SiLU, sums for the biases, Adam on typed arrays.
 */
export function measureTraining(tf: typeof TensorFlow, milliseconds = 500): TrainingSpeed {
  const random = createRandom(1);
  const noise = (rows: number, columns: number) =>
    tf.tensor2d(
      Float32Array.from({ length: rows * columns }, () => random.normal() / Math.sqrt(rows)),
      [rows, columns],
    );
  const variables = tf.tidy(() =>
    WIDTHS.slice(1).flatMap((width, layer) => [
      tf.variable(noise(WIDTHS[layer]!, width)),
      tf.variable(tf.zeros([width])),
    ]),
  );
  const inputs = noise(ROWS, WIDTHS[0]);
  const total = tf.customGrad((given) => {
    const cells = given as TensorFlow.Tensor;
    return {
      value: tf.sum(cells),
      gradFunc: (upstream) => tf.mul(upstream, tf.ones(cells.shape)),
    };
  });
  const optimizer = adam(0.01);
  const step = () =>
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => {
        let activations: TensorFlow.Tensor = inputs;
        for (let layer = 0; layer < variables.length; layer += 2) {
          const sums = tf.add(tf.matMul(activations, variables[layer]!), variables[layer + 1]!);
          activations = tf.mul(sums, tf.sigmoid(sums));
        }
        return total(activations) as TensorFlow.Scalar;
      }, variables);
      optimizer.beginStep(1e-6);
      for (const variable of variables) {
        const values = variable.dataSync<'float32'>().slice();
        optimizer.update(variable.name, values, grads[variable.name]!.dataSync<'float32'>(), true);
        variable.assign(tf.tensor(values, variable.shape));
      }
    });
  for (let warm = 0; warm < WARM_UP_STEPS; warm++) step();
  const startedAt = performance.now();
  let steps = 0;
  let elapsed = 0;
  do {
    step();
    steps++;
    elapsed = performance.now() - startedAt;
  } while (elapsed < milliseconds);
  inputs.dispose();
  for (const variable of variables) variable.dispose();
  return { rowsPerSecond: (ROWS * steps * 1000) / elapsed, network: `a ${WIDTHS.join('-')} network` };
}
