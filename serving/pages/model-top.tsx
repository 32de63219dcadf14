/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { TenantModelCard } from '../champions/tenant-model-card.ts';
import { count, highest, percent } from './format.ts';
import { horizonOf } from './horizon-words.ts';

/** What was forecast for the rows that people read first, and what came of them. */
export function ModelTop(props: {
  readonly top: TenantModelCard['topOfList'];
  readonly target: string | null;
}) {
  const { top, target } = props;
  return (
    <section class="card">
      <h2>The top of the list</h2>
      {top.length === 0 || target === null ? (
        <p class="dim">Not enough data: this version was not measured at the top.</p>
      ) : (
        <>
          <p class="text">
            The rows that are read first, within {horizonOf(target)} of the test: what was forecast and what
            came, with the range that holds the true share with 95 % confidence.
          </p>
          <section class="scroll" tabindex={0} aria-label="Forecast and outcome at the top">
            <table class="stacked">
              <caption class="unseen">Forecast and outcome at the top</caption>
              <thead>
                <tr>
                  <th scope="col">Of all chances</th>
                  <th scope="col" class="number">
                    Accounts
                  </th>
                  <th scope="col" class="number">
                    Forecast
                  </th>
                  <th scope="col" class="number">
                    Churned
                  </th>
                  <th scope="col">In words</th>
                </tr>
              </thead>
              <tbody>
                {top.map(({ share, accounts, mean_probability: forecast, observed_rate: came }) => (
                  <tr>
                    <th scope="row" class="nowrap">
                      {highest(share)}
                    </th>
                    <td class="number" data-label="Accounts">
                      {count(accounts)}
                    </td>
                    <td class="number" data-label="Forecast">
                      {percent(forecast)}
                    </td>
                    <td class="number" data-label="Churned">
                      {came.value === null ? '–' : percent(came.value)}
                      {came.low === null || came.high === null ? null : (
                        <div class="dim small">
                          {percent(came.low)} to {percent(came.high)}
                        </div>
                      )}
                    </td>
                    <td>{verdict(forecast, came)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </>
      )}
    </section>
  );
}

function verdict(
  forecast: number,
  { low, high }: TenantModelCard['topOfList'][number]['observed_rate'],
): string {
  if (low === null || high === null) return 'too few to say';
  if (forecast > high) return 'too high: fewer churned than was said';
  if (forecast < low) return 'too low: more churned than was said';
  return 'as forecast, within chance';
}
