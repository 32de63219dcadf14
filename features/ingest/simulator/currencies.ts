import type { Random } from '../../../stats/seeded-random.ts';
import { midnight } from './moment.ts';
import { CURRENCIES } from './parameters.ts';
import type { CurrencyRateRow } from './raw-rows.ts';
import { addMonths, type Window } from './window.ts';

export type Currency = 'USD' | 'EUR';

/** List prices differ by this factor, whatever the rate of the day. */
export const LIST_PRICE: Readonly<Record<Currency, number>> = { USD: 1, EUR: 0.92 };

/** The rates of every first of a month, known on its morning; worth of one unit in dollars. */
export function* currencyRateRows(random: Random, { startDay, endDay }: Window): Generator<CurrencyRateRow> {
  let rate = CURRENCIES.euro;
  const dayOfMonth = new Date(midnight(startDay)).getUTCDate();
  for (let day = startDay - dayOfMonth + 1; day < endDay; day = addMonths(day, 1)) {
    const times = { valid_from: midnight(day), loaded_at: midnight(day + CURRENCIES.publishedAt) };
    yield { currency: 'USD', rate: 1, ...times };
    yield { currency: 'EUR', rate: Math.round(10_000 * rate) / 10_000, ...times };
    rate *= Math.exp(CURRENCIES.monthlyDeviation * random.normal());
  }
}
