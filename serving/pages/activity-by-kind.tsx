/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { type AsOfDate, addDays, toEpochDay } from '../../features/contract/as-of-date.ts';
import type { AccountDetail } from '../read-model/score-documents.ts';
import { activityWords } from './activity-words.ts';
import { WeekBars } from './charts/week-bars.tsx';
import { count } from './format.ts';

/** Weeks that a row of the table adds up. */
const WEEKS_OF_A_ROW = 4;
/** From fewer weeks than these nothing is said about the way they went. */
const LEAST_WEEKS = 8;

/** A year of what an account did: a small chart for each kind of activity, and the numbers on demand. */
export function ActivityByKind(props: {
  readonly activity: NonNullable<AccountDetail['activity_by_kind']>;
  readonly asOf: AsOfDate;
}) {
  const { activity, asOf } = props;
  const done = activity.kinds.filter(({ weekly_events }) => Math.max(...weekly_events) > 0);
  const others = activity.kinds.filter((kind) => !done.includes(kind)).map(({ label }) => label);
  const weeks = done[0]?.weekly_events.length ?? 0;
  const all = Array.from({ length: weeks }, (_, week) =>
    done.reduce((sum, { weekly_events }) => sum + weekly_events[week]!, 0),
  );
  const rows = [...(done.length > 1 ? [{ label: 'all together', weekly_events: all }] : []), ...done];
  // An event of a day before the account's creation has been counted.
  const counted = Math.ceil((toEpochDay(asOf) - toEpochDay(activity.counted_from as AsOfDate)) / 7);
  const first = all.findIndex((events) => events > 0);
  const uncounted = Math.max(0, Math.min(weeks - counted, first));
  if (done.length === 0) return <p>Nothing at all in a year.</p>;
  return (
    <>
      <p class="small dim">
        By week, from {addDays(asOf, -7 * weeks)} on the left to {addDays(asOf, -1)} on the right, as it was
        known then. Each chart has a scale of its own, up to its highest week.
        {uncounted === 0 ? '' : ` Shaded: before ${activity.counted_from}, when its data begin.`}
      </p>
      <ul class="multiples">
        {rows.map(({ label, weekly_events }) => (
          <li>
            <h3>{capital(label)}</h3>
            <p class="small dim">{words(weekly_events, uncounted)}</p>
            <WeekBars weeks={weekly_events} uncounted={uncounted} />
          </li>
        ))}
      </ul>
      {others.length === 0 ? null : <p class="small dim">Nothing of: {others.join(', ')}.</p>}
      <details class="small">
        <summary>The numbers, four weeks at a time</summary>
        <section class="scroll" tabindex={0} aria-label="Events by kind, four weeks at a time">
          <table>
            <thead>
              <tr>
                <th scope="col">Four weeks from</th>
                {rows.map(({ label }) => (
                  <th scope="col" class="number">
                    {capital(label)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {startsOf(weeks).map((start) => (
                <tr>
                  <th scope="row" class="nowrap">
                    {addDays(asOf, 7 * (start - weeks))}
                  </th>
                  {rows.map(({ weekly_events }) => (
                    <td class="number">
                      {start + WEEKS_OF_A_ROW <= uncounted
                        ? '–'
                        : count(total(weekly_events.slice(start, start + WEEKS_OF_A_ROW)))}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </>
  );
}

/** The first week of each row, the newest row first. */
function startsOf(weeks: number): number[] {
  return Array.from({ length: weeks / WEEKS_OF_A_ROW }, (_, row) => weeks - (row + 1) * WEEKS_OF_A_ROW);
}

function words(weeks: readonly number[], uncounted: number): string {
  const figures = `${count(total(weeks))} in a year, at most ${count(Math.max(...weeks))} a week`;
  const counted = weeks.slice(uncounted);
  // Below one a week a mean says little, and the last weeks say it better.
  const isFrequent = total(counted) >= counted.length;
  if (counted.length >= LEAST_WEEKS && isFrequent) return `${figures}; ${activityWords(counted)}`;
  return total(weeks.slice(-WEEKS_OF_A_ROW)) === 0 ? `${figures}; none in the last 4 weeks` : figures;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
