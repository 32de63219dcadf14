/** Where a fault can happen. Statements are identified by their kind, e.g. `query:commit`, `query:copy-into-table`. */
export type FaultPoint =
  | 'login'
  | 'renew'
  | `query:${string}`
  | 'upload'
  | 'head'
  | 'download'
  | 'chunk'
  | 'result';

/**
 * What goes wrong.
 * - `unavailable`: 503, nothing done
 * - `reset-before`, `reset-after`: the socket dies before, or after, the request took effect
 * - `truncated`: the answer stops half-way
 * - `expired`: the session token or the URL has expired
 * - `slow`: the answer comes late
 * - `silent`: no answer comes, and the socket stays open
 * - `short`: the body is cut and says so in its length, so that the transport finds nothing wrong
 * - `locked`, `deadlock`, `internal`: the statement fails as Snowflake's do, and may pass when it is run again
 * - `wrong-status`: the statement answers with a status row that says it did not work
 */
export type FaultKind =
  | 'unavailable'
  | 'reset-before'
  | 'reset-after'
  | 'truncated'
  | 'expired'
  | 'slow'
  | 'silent'
  | 'short'
  | 'locked'
  | 'deadlock'
  | 'internal'
  | 'wrong-status';

export interface Fault {
  readonly at: FaultPoint;
  readonly kind: FaultKind;
  /** How many requests to this point pass before it strikes. Default 0. */
  readonly after?: number;
  /** How many requests it strikes. Default 1. */
  readonly times?: number;
}

/** What is to go wrong, and what has. */
export class FaultPlan {
  readonly struck: Fault[] = [];
  readonly seen = new Map<FaultPoint, number>();
  #faults: { readonly fault: Fault; passes: number; strikes: number }[] = [];

  plan(...faults: readonly Fault[]): void {
    this.#faults = faults.map((fault) => ({ fault, passes: fault.after ?? 0, strikes: fault.times ?? 1 }));
  }

  /** Asked once per request. */
  at(point: FaultPoint): FaultKind | undefined {
    this.seen.set(point, (this.seen.get(point) ?? 0) + 1);
    for (const planned of this.#faults) {
      if (planned.fault.at !== point || planned.strikes === 0) continue;
      if (planned.passes > 0) {
        planned.passes -= 1;
        continue;
      }
      planned.strikes -= 1;
      this.struck.push(planned.fault);
      return planned.fault.kind;
    }
    return undefined;
  }
}
