import type { ModelCard } from '../../models/artefact/model-card.ts';
import { ascendingOrder } from '../../stats/ascending-order.ts';
import { clusteredRateInterval } from '../../stats/clustered-rate-interval.ts';

/** Above the 90th, 95th and 99th percentile of the scores: what people read of a risk list. */
const TOP_SHARES = [0.1, 0.05, 0.01];

/**
 * What was forecast for the highest scores and what came of it, with a 95 % interval that counts accounts, not rows.
 * Rows that tie with the lowest score of a share belong to it too: their order among each other says nothing.
 *
 * @param outcome 1 churned, 0 not, per row
 * @param forecast probability per row
 * @param groups account of each row
 */
export function topOfList(
  outcome: Float64Array,
  forecast: Float64Array,
  groups: Int32Array,
): ModelCard['top_of_list'] {
  if (forecast.length === 0) return [];
  const descending = ascendingOrder(forecast).reverse();
  return TOP_SHARES.map((share) => {
    let rows = Math.max(1, Math.round(share * forecast.length));
    const least = forecast[descending[rows - 1]!]!;
    while (rows < descending.length && forecast[descending[rows]!] === least) rows++;
    const top = descending.slice(0, rows);
    const outcomes = Float64Array.from(top, (row) => outcome[row]!);
    const accounts = Int32Array.from(top, (row) => groups[row]!);
    const churned = outcomes.reduce((sum, value) => sum + value, 0);
    return {
      share,
      rows,
      accounts: new Set(accounts).size,
      churned,
      least_probability: least,
      mean_probability: top.reduce((sum, row) => sum + forecast[row]!, 0) / rows,
      observed_rate: { value: churned / rows, ...clusteredRateInterval(outcomes, accounts, 0.95) },
    };
  });
}
