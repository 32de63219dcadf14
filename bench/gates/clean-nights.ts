import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { buildMarts } from '../../features/marts/build-marts.ts';
import type { Finding } from '../../features/marts/build-report.ts';
import { FEED_FINDINGS } from '../../features/marts/feed-words.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { type FeedOptions, landRows, nightsUpTo, rowsOfNight, simulatedFeed } from './nightly-feed.ts';

/** A gate that spoke up where nothing was wrong. */
export interface FalseAlarm {
  readonly asOf: AsOfDate;
  readonly finding: Finding;
}

/**
 * Builds night after night of a simulated platform with nothing wrong in it, and collects what the gates warn of or
 * refuse. What the build report says of all history is left out: it is the same every night.
 *
 * @param onNight Called after each night with the seconds that its build took
 */
export async function cleanNights(
  options: FeedOptions & { readonly nights: number },
  onNight: (asOf: AsOfDate, seconds: number) => void = () => {},
): Promise<readonly FalseAlarm[]> {
  const feed = await simulatedFeed(options);
  const warehouse = await openDuckDbWarehouse({ file: ':memory:', threads: 2 });
  const alarms: FalseAlarm[] = [];
  try {
    let since: AsOfDate | null = null;
    for (const asOf of nightsUpTo(options.endDate, options.nights)) {
      await landRows(warehouse, rowsOfNight(feed, asOf, since));
      since = asOf;
      const started = performance.now();
      await buildMarts(warehouse, {
        judge: ({ findings }) => {
          for (const finding of findings)
            if (finding.severity !== 'noted' && isOfNewDays(finding)) alarms.push({ asOf, finding });
        },
      });
      onNight(asOf, (performance.now() - started) / 1000);
    }
  } finally {
    await warehouse.close();
  }
  return alarms;
}

function isOfNewDays({ finding, reason }: Finding): boolean {
  return reason === 'new_days' || FEED_FINDINGS.has(finding);
}
