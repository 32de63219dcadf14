/** One pass over all rows. */
export interface EpochTime {
  readonly seconds: number;
  /** Of all threads together. */
  readonly cpuSeconds: number;
}

/** What an engine's process prints. */
export interface Trained {
  readonly engine: string;
  readonly epochs: readonly EpochTime[];
}
