/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */

import type { Child } from 'hono/jsx';
import { RISK_BANDS } from '../../models/scoring/probability/risk-bands.ts';
import type { AskedQuery } from './query-link.ts';

/** What a tenant's accounts can be filtered by. */
export interface FilterChoices {
  readonly owners: readonly string[];
  readonly segments: readonly string[];
  readonly currencies: readonly string[];
}

const RENEWAL_WINDOWS = [30, 60, 90, 180];

/** The filters of a list of accounts. All of them are in the address, so that a filtered list can be shared and kept. */
export function FilterForm(props: {
  readonly action: string;
  readonly asked: AskedQuery;
  readonly choices: FilterChoices;
  /** What is asked besides. */
  readonly children?: Child;
  /** Whether a band can be asked for, and an order is kept. */
  readonly isList?: boolean;
}) {
  const { action, asked, choices, children, isList = false } = props;
  const days = asked.renews_within;
  const windows =
    days !== undefined && /^\d+$/.test(days) && !RENEWAL_WINDOWS.includes(Number(days))
      ? [...RENEWAL_WINDOWS, Number(days)].sort((a, b) => a - b)
      : RENEWAL_WINDOWS;
  return (
    <form class="filters" method="get" action={action} aria-label="Filter accounts">
      {['sort', 'order'].map((name) =>
        isList && asked[name] !== undefined ? <input type="hidden" name={name} value={asked[name]} /> : null,
      )}
      <label>
        Account
        <input type="search" name="q" value={asked.q ?? ''} placeholder="Name or id" />
      </label>
      <Choice name="owner" label="Owner" every="Everybody’s" values={choices.owners} asked={asked} />
      <Choice name="segment" label="Segment" every="All" values={choices.segments} asked={asked} />
      {isList ? (
        <Choice name="band" label="Band" every="All" values={[...RISK_BANDS].reverse()} asked={asked} />
      ) : null}
      <label>
        Renews
        <select name="renews_within">
          <option value="">Any time</option>
          {windows.map((window) => (
            <option value={String(window)} selected={days === String(window)}>
              within {window} days
            </option>
          ))}
        </select>
      </label>
      <label>
        Change
        <select name="change">
          <option value="">Any</option>
          <option value="rising" selected={asked.change === 'rising'}>
            up a point or more
          </option>
          <option value="falling" selected={asked.change === 'falling'}>
            down a point or more
          </option>
        </select>
      </label>
      {choices.currencies.length < 2 ? null : (
        <Choice name="currency" label="Currency" every="All" values={choices.currencies} asked={asked} />
      )}
      {children}
      <button type="submit">Show</button>
      {Object.keys(asked).some((name) => name !== 'cursor') ? (
        <a class="button quiet" href={action}>
          Clear
        </a>
      ) : null}
    </form>
  );
}

function Choice(props: {
  readonly name: string;
  readonly label: string;
  readonly every: string;
  readonly values: readonly string[];
  readonly asked: AskedQuery;
}) {
  const { name, label, every, values, asked } = props;
  const chosen = asked[name];
  // What is asked for stays chosen, though no account may have it any more, or several are asked for.
  const options = chosen === undefined || values.includes(chosen) ? values : [chosen, ...values];
  return (
    <label>
      {label}
      <select name={name}>
        <option value="">{every}</option>
        {options.map((value) => (
          <option value={value} selected={chosen === value}>
            {value}
          </option>
        ))}
      </select>
    </label>
  );
}
