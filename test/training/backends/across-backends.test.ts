import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeBackendAbsence } from './native-backend-absence.ts';
import { runWithTsx } from './run-with-tsx.ts';

interface Scores {
  readonly graph: readonly number[];
  readonly typedArrays: readonly number[];
}

interface Outcome extends Scores {
  readonly backend: string;
  readonly withOtherWeights: Scores | null;
}

const CLOSE = 1e-4;
const absence = await nativeBackendAbsence();

describe.skipIf(absence !== null)(`scores across backends${absence === null ? '' : `: ${absence}`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'churn-backends-'));
  let wasm: Outcome;
  let native: Outcome;

  beforeAll(async () => {
    const on = async (choice: string, name: string, others: string[]): Promise<Outcome> => {
      const out = join(folder, name);
      const ran = await runWithTsx('test/models/backends/score-on-backend.ts', [choice, out, ...others]);
      expect(ran.stderr.includes('Error'), ran.stderr).toBe(false);
      return JSON.parse(readFileSync(out, 'utf8'));
    };
    await on('wasm', 'wasm.json', []);
    native = await on('native', 'native.json', [join(folder, 'wasm.json')]);
    wasm = await on('wasm', 'wasm-again.json', [join(folder, 'native.json')]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('come from two backends', () => {
    expect([wasm.backend, native.backend]).toEqual(['wasm', 'tensorflow']);
  });

  it('agree for one set of weights, through the graph', () => {
    expect(largestDifference(wasm.graph, native.withOtherWeights!.graph)).toBeLessThan(CLOSE);
    expect(largestDifference(native.graph, wasm.withOtherWeights!.graph)).toBeLessThan(CLOSE);
  });

  it('agree bit for bit for one set of weights, through typed arrays', () => {
    expect(native.withOtherWeights!.typedArrays).toEqual(wasm.typedArrays);
    expect(wasm.withOtherWeights!.typedArrays).toEqual(native.typedArrays);
  });

  it('agree after a few epochs of training from the same seed on each', () => {
    expect(
      largestDifference(probabilities(wasm.typedArrays), probabilities(native.typedArrays)),
    ).toBeLessThan(CLOSE);
  });
});

function largestDifference(left: readonly number[], right: readonly number[]): number {
  expect(left.length).toBe(right.length);
  return left.reduce((largest, value, cell) => Math.max(largest, Math.abs(value - right[cell]!)), 0);
}

function probabilities(logits: readonly number[]): number[] {
  return logits.map((value) => 1 / (1 + Math.exp(-value)));
}
