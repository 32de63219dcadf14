import { readFileSync, writeFileSync } from 'node:fs';
import { encode, encodedWidth } from '../../../models/encoding/encoder.ts';
import { familyNamed } from '../../../models/families/families.ts';
import type { Weights } from '../../../models/families/family.ts';
import { meanHazardLogits } from '../../../models/families/mean-hazard.ts';
import { encodedBlock } from '../../../models/scoring/kernels/encoded-block.ts';
import { startBackend } from '../../../training/backends/backend.ts';
import type { BackendChoice } from '../../../training/backends/backend-choice.ts';
import { silu } from '../../../training/fit/activation.ts';
import { learnerNamed } from '../../../training/learners/learners.ts';
import { madeUpAccounts, madeUpFeatureSet } from '../../models/made-up-accounts.ts';
import { fitOnMadeUpAccounts, TARGETS } from './fit-on-made-up-accounts.ts';

/**
 * Trains on one backend and computes log-odds there, through the tensor graph and through typed arrays, with those
 * weights and, where a file of another backend's is given, with its weights too.
 */
const [choice, out, others] = process.argv.slice(2) as [BackendChoice, string, string?];
const backend = await startBackend(choice);
const fitted = fitOnMadeUpAccounts(backend, 1);
const { frame } = madeUpAccounts({ rows: 500, seed: 7, targets: TARGETS });
const inputs = encode(fitted.encoder, madeUpFeatureSet, frame);
const own = [...fitted.weights].map(([name, { shape, values }]) => ({ name, shape, values: [...values] }));
type Plain = typeof own;
const otherWeights =
  others === undefined ? null : (JSON.parse(readFileSync(others, 'utf8')).weights as Plain);
writeFileSync(
  out,
  JSON.stringify({
    backend: backend.name,
    weights: own,
    ...scores(own),
    withOtherWeights: otherWeights === null ? null : scores(otherWeights),
  }),
);

function scores(plain: Plain): { graph: number[]; typedArrays: number[] } {
  const { tf } = backend;
  const learner = learnerNamed('tabm');
  const weights: Weights = new Map(
    plain.map(({ name, shape, values }) => [name, { shape, values: Float32Array.from(values) }]),
  );
  const graph = tf.tidy(() => {
    const variables = new Map(
      [...weights].map(([name, { shape, values }]) => [name, tf.variable(tf.tensor(values, [...shape]))]),
    );
    const batch = tf.tensor2d(inputs, [frame.rowCount, encodedWidth(fitted.encoder)]);
    return learner.tensorLogits(tf, variables, batch, silu(tf)).dataSync();
  });
  const mean = meanHazardLogits(graph, learner.submodels, TARGETS.length);
  return {
    graph: [...mean],
    typedArrays: [...familyNamed('tabm').network(weights).logits(encodedBlock(inputs, frame.rowCount))],
  };
}
