import type { Posted, PostedValue } from './posted-rows.ts';

export type PostedAccount = Readonly<Record<string, PostedValue>>;

/** Accounts given one by one, each with its values by column. */
export function postedAccounts(accounts: readonly PostedAccount[]): Posted {
  return {
    rowCount: accounts.length,
    names: new Set(accounts.flatMap((account) => Object.keys(account))),
    value(name, row) {
      const account = accounts[row]!;
      return Object.hasOwn(account, name) ? account[name] : undefined;
    },
    place: (name, row) => `accounts[${row}].${name}`,
  };
}
