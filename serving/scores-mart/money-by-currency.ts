/** Amounts by currency, largest first; '' where none is known. Amounts of different currencies are never added. */
export type MoneyByCurrency = Readonly<Record<string, number>>;

/** @param amounts NaN counts as nothing */
export function moneyByCurrency(
  amounts: ArrayLike<number>,
  currencies: readonly (string | null)[],
): MoneyByCurrency {
  const sums = new Map<string, number>();
  currencies.forEach((currency, row) => {
    const amount = amounts[row]!;
    if (!(amount > 0)) return;
    sums.set(currency ?? '', (sums.get(currency ?? '') ?? 0) + amount);
  });
  return Object.fromEntries([...sums].sort(([, a], [, b]) => b - a));
}

/** The sum where all is in one currency, 0 where there is nothing, null where there are several. */
export function singleAmount(money: MoneyByCurrency): number | null {
  const amounts = Object.values(money);
  return amounts.length > 1 ? null : (amounts[0] ?? 0);
}

/** @example moneyText({ USD: 1234.5, EUR: 20 }) // '1,235 USD and 20 EUR' */
export function moneyText(money: MoneyByCurrency): string {
  const texts = Object.entries(money).map(([currency, amount]) =>
    `${Math.round(amount).toLocaleString('en-US')} ${currency}`.trimEnd(),
  );
  return texts.length === 0 ? '0' : texts.join(' and ');
}
