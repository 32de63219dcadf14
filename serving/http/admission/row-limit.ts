import { LRUCache } from 'lru-cache';
import type { Payer } from '../../what-if/what-if-order.ts';
import { tooManyRows } from '../problems.ts';
import { TENANT_SHARE } from './rate-limit.ts';

/** Charges rows that were scored to the subject that asked and to the tenant that it asked for. */
export interface RowLimit {
  /** @throws Problem 429 while either has scored more rows than it may */
  admit(payer: Payer): void;
  charge(payer: Payer, rowCount: number): void;
}

export interface RowLimitOptions {
  /** Of each subject; a tenant's subjects together have some times that. Null for no limit. */
  readonly rowsPerMinute: number | null;
  readonly clock: () => Date;
}

/** Rows that may come at once: those of ten seconds. */
const BURST_SECONDS = 10;
const KEPT = 20_000;

/**
 * How many rows a request has is known only once it is read, which is work already. So whoever has rows left is
 * admitted, pays when the rows are scored, and may be in debt then: until it is paid off, nothing more is admitted. Over
 * time nobody scores more rows than the limit, whatever the size of the requests.
 */
export function rowLimit({ rowsPerMinute, clock }: RowLimitOptions): RowLimit {
  if (rowsPerMinute === null) return { admit: () => undefined, charge: () => undefined };
  const subjects = allowances(rowsPerMinute / 60, clock);
  const tenants = allowances((rowsPerMinute * TENANT_SHARE) / 60, clock);
  return {
    admit({ subject, tenantId }) {
      const seconds = Math.max(
        subjects.secondsUntilSome(subject),
        tenantId === null ? 0 : tenants.secondsUntilSome(tenantId),
      );
      if (seconds > 0) throw tooManyRows(Math.ceil(seconds));
    },
    charge({ subject, tenantId }, rowCount) {
      subjects.take(subject, rowCount);
      if (tenantId !== null) tenants.take(tenantId, rowCount);
    },
  };
}

/** Rows left to each, which grow with time up to a burst. */
function allowances(perSecond: number, clock: () => Date) {
  const most = perSecond * BURST_SECONDS;
  const spent = new LRUCache<string, { readonly left: number; readonly at: number }>({ max: KEPT });
  function left(who: string, now: number): number {
    const before = spent.get(who);
    // A clock that was set back must not lengthen a debt.
    return before === undefined
      ? most
      : Math.min(most, before.left + (Math.max(0, now - before.at) / 1000) * perSecond);
  }
  return {
    secondsUntilSome(who: string): number {
      return Math.max(0, (1 - left(who, clock().getTime())) / perSecond);
    },
    take(who: string, rowCount: number): void {
      const now = clock().getTime();
      spent.set(who, { left: left(who, now) - rowCount, at: now });
    },
  };
}
