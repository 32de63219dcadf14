/** A statement at a moment of the measured time, in seconds. */
export interface TimedStatement {
  readonly kind: string;
  readonly at: number;
}

export interface Metered {
  readonly statements: number;
  /** How often the warehouse was started. */
  readonly resumes: number;
  /** Of an X-Small warehouse. */
  readonly credits: number;
}

/** What runs in Snowflake's services layer: files, definitions, transactions and metadata. */
const NEEDS_NO_WAREHOUSE = new Set(
  'put get list remove show use alter create drop begin commit rollback describe-table'.split(' '),
);
/** As the plan of the security definitions sets it. */
const SUSPENDED_AFTER_SECONDS = 60;
const LEAST_SECONDS = 60;
const CREDITS_AN_HOUR = 1;

/**
 * What a warehouse bills for statements: it runs from the first that needs one until a minute after the last, and each start
 * bills a minute at least.
 */
export function meterWarehouse(statements: readonly TimedStatement[], statementSeconds: number): Metered {
  let resumes = 0;
  let seconds = 0;
  let startedAt = 0;
  let endsAt = Number.NEGATIVE_INFINITY;
  const close = () => {
    if (resumes > 0) seconds += Math.max(LEAST_SECONDS, endsAt - startedAt);
  };
  for (const { kind, at } of statements) {
    if (NEEDS_NO_WAREHOUSE.has(kind)) continue;
    if (at > endsAt) {
      close();
      resumes += 1;
      startedAt = at;
    }
    endsAt = at + statementSeconds + SUSPENDED_AFTER_SECONDS;
  }
  close();
  return { statements: statements.length, resumes, credits: (seconds / 3600) * CREDITS_AN_HOUR };
}
