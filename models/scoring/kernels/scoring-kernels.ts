import { readFileSync } from 'node:fs';

/** What scoring-kernels.wasm exports; compiled from tools/kernels/scoring-kernels.ts, which says what each does. Pointers are byte offsets. */
export interface ScoringKernels {
  addTerms(
    table: number,
    vectors: number,
    bias: number,
    terms: number,
    termsOfRow: number,
    out: number,
    rows: number,
    units: number,
  ): void;
  projectOnTerms(
    table: number,
    vectors: number,
    gradients: number,
    offsets: number,
    termsOfRow: number,
    out: number,
    rows: number,
    units: number,
  ): void;
  between(
    start: number,
    startStride: number,
    end: number,
    fraction: number,
    out: number,
    rows: number,
    width: number,
  ): void;
  silu(sums: number, active: number, slopes: number, cells: number): void;
  product(
    left: number,
    right: number,
    bias: number,
    factors: number,
    out: number,
    rows: number,
    depth: number,
    columns: number,
  ): void;
  heads(
    active: number,
    weights: number,
    bias: number,
    out: number,
    rows: number,
    submodels: number,
    headsPerSubmodel: number,
    width: number,
  ): void;
  headsBack(
    gradients: number,
    weights: number,
    slopes: number,
    out: number,
    rows: number,
    submodels: number,
    headsPerSubmodel: number,
    width: number,
  ): void;
  addScaled(values: number, weight: number, out: number, cells: number): void;
}

/** The kernels with a memory of their own, which goes when they go. */
export interface ScoringMachine {
  readonly kernels: ScoringKernels;
  /** Sets so many bytes aside for good; the offset is a multiple of 16. Views made before no longer hold. */
  allocate(byteCount: number): number;
  floats(offset: number, length: number): Float32Array;
  integers(offset: number, length: number): Int32Array;
}

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** Its types come with a browser's, which this project does not load. */
const { WebAssembly: webAssembly } = globalThis as unknown as {
  WebAssembly: {
    Module: new (file: Uint8Array) => object;
    Instance: new (module: object, imports: object) => { readonly exports: object };
    Memory: new (size: { readonly initial: number }) => Memory;
  };
};

const PAGE_BYTES = 65_536;

let compiled: object | undefined;

/** A few kilobytes, so it is read and compiled at once, and whoever scores need not wait for a promise. */
export function startScoringMachine(): ScoringMachine {
  compiled ??= new webAssembly.Module(readFileSync(new URL('scoring-kernels.wasm', import.meta.url)));
  const memory = new webAssembly.Memory({ initial: 1 });
  const { exports } = new webAssembly.Instance(compiled, { env: { memory } });
  // The kernels keep nothing of their own in memory; offset 0 stays free, since there it says "none".
  let used = 16;
  return {
    kernels: exports as ScoringKernels,
    allocate: (byteCount) => {
      const offset = used;
      used += Math.ceil(byteCount / 16) * 16;
      const missing = used - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
      return offset;
    },
    floats: (offset, length) => new Float32Array(memory.buffer, offset, length),
    integers: (offset, length) => new Int32Array(memory.buffer, offset, length),
  };
}
