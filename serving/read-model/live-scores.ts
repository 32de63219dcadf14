import type { ReadableWarehouse } from '../../features/warehouse/warehouse.ts';
import { ageSeconds } from './age-seconds.ts';
import { loadScoreSnapshot, type ScoreSnapshot, SNAPSHOT_TABLES, withoutOldLists } from './score-snapshot.ts';
import type { ScoresGateway } from './scores-gateway.ts';

export interface LiveScoresOptions {
  /**
   * Opens the warehouse read-only. It is held only while a snapshot is read: the embedded engine lets the nightly
   * batch in only when no other process holds the file.
   */
  readonly openWarehouse: () => Promise<ReadableWarehouse>;
  readonly refreshSeconds: number;
  readonly clock: () => Date;
  readonly log: (line: string) => void;
}

export interface LiveScores extends ScoresGateway {
  /** All of it, for sums over tenants. Handlers are given a gateway, which has no such thing. */
  snapshot(): ScoreSnapshot | null;
  /** Reads the mart now, or waits for a read in progress. Resolves to whether it worked; if not, the old snapshot stays. */
  refresh(): Promise<boolean>;
  /** Ends the background refresh and waits for one in progress. */
  stop(): Promise<void>;
}

/** Changes that leave no mark, such as rows replaced in place by as many bytes, are found at the next read. */
const READ_WITHOUT_NEWS_MILLISECONDS = 6 * 3600_000;

/** One read that fails, or takes long, leaves nobody behind: the next one is due. */
const REFRESHES_UNTIL_STALE = 3;

/** A gateway over a snapshot in memory that follows the mart in the background, the first time at once. */
export function startLiveScores(options: LiveScoresOptions): LiveScores {
  const { openWarehouse, refreshSeconds, clock, log } = options;
  let snapshot: ScoreSnapshot | null = null;
  let confirmedAt: Date | null = null;
  /** What the tables' mark was before they were read, and when that was. */
  let read: { readonly mark: string; readonly at: Date } | null = null;
  let underWay: Promise<boolean> | null = null;

  const load = async (): Promise<boolean> => {
    try {
      const warehouse = await openWarehouse();
      try {
        // Looked at first: what changes during the read is news at the next look.
        const mark = await warehouse.changeMark(SNAPSHOT_TABLES);
        const isRead =
          mark !== null &&
          mark === read?.mark &&
          clock().getTime() - read.at.getTime() < READ_WITHOUT_NEWS_MILLISECONDS;
        if (snapshot !== null && isRead) snapshot = withoutOldLists(snapshot, clock());
        else {
          const at = clock();
          snapshot = await loadScoreSnapshot(warehouse, snapshot, clock);
          read = mark === null ? null : { mark, at };
        }
        confirmedAt = clock();
      } finally {
        await warehouse.close();
      }
      return true;
    } catch (error) {
      const held =
        confirmedAt === null ? 'none are loaded yet' : `those of ${confirmedAt.toISOString()} are kept`;
      log(`scores not refreshed, ${held}: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  };
  const refresh = () => {
    underWay ??= load().finally(() => {
      underWay = null;
    });
    return underWay;
  };

  void refresh();
  const timer = setInterval(refresh, refreshSeconds * 1000);
  timer.unref();
  return {
    forTenant(grant) {
      const generations = snapshot?.get(grant.tenantId);
      if (generations === undefined) return null;
      const { current, replaced } = generations;
      return {
        current,
        at: (revision) =>
          [current, ...replaced.map(({ scores }) => scores)].find((one) => one.revision === revision) ?? null,
      };
    },
    tenantIds: () => snapshot?.keys() ?? [],
    confirmedAt: () => confirmedAt,
    isStale: () =>
      confirmedAt !== null && ageSeconds(confirmedAt, clock) > REFRESHES_UNTIL_STALE * refreshSeconds,
    snapshot: () => snapshot,
    refresh,
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
}
