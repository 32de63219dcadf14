import type { GateResult } from '../scores-mart/score-runs.ts';

/** Why a tenant is not scored tonight and keeps its scores. */
export interface Withheld {
  /** A clause; it is kept with the run, so it names no account. */
  readonly reason: string;
  /** The gates that refused it; empty where something else did. */
  readonly gates: readonly GateResult[];
}
