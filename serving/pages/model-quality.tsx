/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { Evaluation, Metric } from '../../models/artefact/model-card.ts';
import { count } from './format.ts';
import { horizonOf } from './horizon-words.ts';

/** How well it tells accounts apart and how true its chances came, by horizon, in plain words with 95 % intervals. */
export function ModelQuality({ test }: { readonly test: readonly Evaluation[] }) {
  const measured = test.filter(({ rows, metrics }) => rows > 0 && metrics.auc.value !== null);
  const longest = measured.at(-1);
  if (longest === undefined)
    return (
      <section class="card">
        <h2>How good it is</h2>
        <p class="dim">Not enough data: nobody churned in the test, or it had no rows.</p>
      </section>
    );
  const { auc, ece, lift_at_10: lift } = longest.metrics;
  return (
    <section class="card">
      <h2>How good it is</h2>
      <ul class="tiles">
        <li class="tile">
          <strong>{withInterval(auc, share)}</strong>
          <span class="dim small">
            of pairs are in the right order: of an account that churned and one that stayed, the one that
            churned had the higher chance. Guessing gets 50 %. (AUC)
          </span>
        </li>
        <li class="tile">
          <strong>{withInterval(ece, points)}</strong>
          <span class="dim small">
            is how far the chances are from what came, on average over ten groups. (calibration error)
          </span>
        </li>
        <li class="tile">
          <strong>{withInterval(lift, times)}</strong>
          <span class="dim small">
            as many churned in the highest tenth as on average: what calling from the top is worth. (lift)
          </span>
        </li>
      </ul>
      <p class="small dim">
        Within {horizonOf(longest.target)}. In brackets, the range that holds the true figure with 95 %
        confidence, as far as the number of accounts in the test tells.
      </p>
      <details class="small">
        <summary>Every horizon in figures</summary>
        <section class="scroll" tabindex={0} aria-label="Quality by horizon">
          <table>
            <caption class="unseen">Quality by horizon</caption>
            <thead>
              <tr>
                <th scope="col">Within</th>
                <th scope="col" class="number">
                  Test rows
                </th>
                <th scope="col" class="number">
                  Churned
                </th>
                <th scope="col" class="number">
                  Pairs in order
                </th>
                <th scope="col" class="number">
                  Off by
                </th>
                <th scope="col" class="number">
                  Top tenth
                </th>
                <th scope="col" class="number">
                  Calibration slope
                </th>
              </tr>
            </thead>
            <tbody>
              {measured.map(({ target, rows, churned, metrics }) => (
                <tr>
                  <th scope="row">{horizonOf(target)}</th>
                  <td class="number">{count(rows)}</td>
                  <td class="number">{count(churned)}</td>
                  <td class="number">{withInterval(metrics.auc, share)}</td>
                  <td class="number">{withInterval(metrics.ece, points)}</td>
                  <td class="number">{withInterval(metrics.lift_at_10, times)}</td>
                  <td class="number">{withInterval(metrics.calibration_slope, decimal)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <p>
          A calibration slope of 1 is right; below 1 high chances are too high and low ones too low, above 1
          the other way round.
        </p>
      </details>
    </section>
  );
}

interface Unit {
  readonly text: (value: number) => string;
  /** Follows the interval, where it is short. */
  readonly name: string;
}

const share: Unit = { text: (value) => (value * 100).toFixed(1), name: ' %' };
const points: Unit = { text: (value) => (value * 100).toFixed(1), name: ' points' };
const times: Unit = { text: (value) => value.toFixed(1), name: ' times' };
const decimal: Unit = { text: (value) => value.toFixed(2), name: '' };

function withInterval({ value, low, high }: Metric, { text, name }: Unit) {
  if (value === null) return '–';
  return (
    <>
      {text(value)}
      {name}
      {low === null || high === null ? null : (
        <span class="interval">
          {' '}
          ({text(low)} to {text(high)})
        </span>
      )}
    </>
  );
}
