import type { ListedNight } from '../../serving/nights/list-nights.ts';
import type { RolledBackNights } from '../jobs/roll-back-nights.ts';
import { renderTable } from './render-table.ts';

/** Nights, the latest first. */
export function describeNights(nights: readonly ListedNight[], limit: number): string {
  if (nights.length === 0) return 'no night has scored yet';
  const table = renderTable(
    ['night', 'ended', 'as-of dates', 'models', 'accounts', 'tenants', 'served', 'taken back'],
    nights
      .slice(0, limit)
      .map(
        ({
          night,
          finishedAt,
          asOfDates,
          models,
          accountsScored,
          tenantsByStatus,
          tenantsServed,
          rolledBack,
        }) => [
          night,
          finishedAt === null ? 'not yet' : minute(finishedAt),
          asOfDates.length > 2 ? `${asOfDates[0]} to ${asOfDates.at(-1)}` : asOfDates.join(', '),
          models.join(', '),
          String(accountsScored),
          Object.entries(tenantsByStatus)
            .map(([status, count]) => `${count} ${status.replace('_', ' ')}`)
            .join(', '),
          String(tenantsServed),
          rolledBack === null ? '' : `${minute(rolledBack.at)} by ${rolledBack.by}: ${rolledBack.reason}`,
        ],
      ),
  );
  const rest = nights.length - limit;
  return rest > 0 ? `${table}\n${rest} earlier nights; see them with --limit` : table;
}

/** What a rollback or its undoing did. */
export function describeRollback(done: RolledBackNights, isUndo: boolean): string {
  const { nights, tenantIds, asOfDates, revisionsAdded, isRest } = done;
  const scores = `the scores of ${nights.join(', ')} (${tenantIds.length} tenants, ${asOfDates.join(', ')})`;
  if (isRest)
    return `an earlier command was stopped before services were shown ${scores} as they stand; that is done now, and nothing else`;
  const revisions =
    revisionsAdded === 0
      ? ''
      : `; ${revisionsAdded} scores of days that were scored before have a further revision`;
  return isUndo ? `${scores} are given back${revisions}` : `${scores} are taken back${revisions}`;
}

function minute(time: Date): string {
  return time.toISOString().slice(0, 16).replace('T', ' ');
}
