/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { MoneyByCurrency } from '../scores-mart/money-by-currency.ts';
import { amount } from './format.ts';

/** Amounts of each currency, one below the other: they are never added. */
export function MoneyCell({ money, label }: { readonly money: MoneyByCurrency; readonly label?: string }) {
  const amounts = Object.entries(money);
  return (
    <td class="number" data-label={label}>
      {amounts.length === 0
        ? '–'
        : amounts.map(([currency, value]) => <div>{amount(value, currency === '' ? null : currency)}</div>)}
    </td>
  );
}
