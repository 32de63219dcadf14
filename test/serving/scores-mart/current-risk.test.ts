import { afterAll, beforeAll, expect, it } from 'vitest';
import { featureSetOf } from '../../../features/marts/feature-set.ts';
import { readCompiledSql } from '../../../features/marts/marts-manifest.ts';
import { defaultSettings } from '../../../features/settings/default-settings.ts';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { EmbeddedWarehouse } from '../../../features/warehouse/warehouse.ts';
import { vocabularyOf } from '../../../models/scoring/drivers/feature-words.ts';
import type { ToldDriver } from '../../../models/scoring/drivers/tell-driver.ts';
import { writeDrivers } from '../../../serving/scores-mart/driver-codes.ts';
import { tellDrivers } from '../../../serving/scores-mart/tell-drivers.ts';
import { rowsOf } from '../small-marts.ts';
import { accountsWithEveryDriver, FIRST_EDITION, writeEveryDriver } from './every-driver.ts';

const vocabulary = vocabularyOf(featureSetOf(defaultSettings()));
const accounts = accountsWithEveryDriver;

let warehouse: EmbeddedWarehouse;
beforeAll(async () => {
  warehouse = await openDuckDbWarehouse({ file: ':memory:' });
  await writeEveryDriver(warehouse);
  await warehouse.transform([
    {
      relation: { schema: 'analytics', name: 'account_profiles' },
      as: 'table',
      sql: "select '' as tenant_id, '' as account_id, '' as name, '' as segment, '' as region, '' as owner where false",
    },
    ...['current_risk_drivers', 'current_risk'].map((name) => ({
      relation: { schema: 'scores', name },
      as: 'view' as const,
      sql: readCompiledSql(name, defaultSettings()),
    })),
  ]);
});

afterAll(() => warehouse.close());

const view = (name: string, columns: readonly string[]) =>
  rowsOf(warehouse, { relation: { schema: 'scores', name }, keyColumns: [], columns: [] }, columns);

it('says in SQL what pages and API say, for every feature at every value', async () => {
  const told = accounts.flatMap(({ id, ...lists }) =>
    (['score', 'change'] as const).flatMap((explains) =>
      tellDrivers(writeDrivers(lists[explains]), vocabulary, explains).map((driver, at) => {
        const { label: _label, value: _value, typical: _typical, before: _before, ...said } = driver;
        return { account_id: id, explains, position: at + 1, ...said, is_unusual: Number(said.is_unusual) };
      }),
    ),
  );
  const rows = await view('current_risk_drivers', Object.keys(told[0]!));
  const place = (row: Record<string, unknown>) => `${row.account_id} ${row.explains} ${row.position}`;
  const byPlace = new Map(rows.map((row) => [place(row), row]));
  expect(told.length).toBeGreaterThan(10_000);
  expect(byPlace.size).toBe(told.length + 1);
  for (const driver of told) expect(byPlace.get(place(driver))).toEqual(driver);
});

it('has one row per account, with the strongest reason and every driver as a list', async () => {
  const rows = await view('current_risk', [
    'account_id',
    'top_reason',
    'top_play',
    'drivers',
    'change_drivers',
  ]);
  const of = (accountId: string) => rows.find(({ account_id }) => account_id === accountId)!;
  expect(rows).toHaveLength(accounts.length + 2);
  for (const account of accounts.slice(0, 100)) {
    const told = tellDrivers(writeDrivers(account.score), vocabulary, 'score');
    const { drivers, change_drivers, top_reason, top_play } = of(account.id);
    const sentences = (json: unknown) =>
      (JSON.parse(String(json)) as ToldDriver[]).map(({ sentence }) => sentence);
    expect(sentences(drivers)).toEqual(told.map(({ sentence }) => sentence));
    expect(sentences(change_drivers)).toEqual(
      tellDrivers(writeDrivers(account.change), vocabulary, 'change').map(({ sentence }) => sentence),
    );
    const top = told.find(({ direction }) => direction === 'raises') ?? told[0];
    expect({ top_reason, top_play }).toEqual({ top_reason: top?.sentence, top_play: top?.play });
  }
  const first = of('first-edition');
  expect(first).toMatchObject({
    top_reason: tellDrivers(FIRST_EDITION, vocabulary, 'score')[0]!.sentence,
    top_play: 'Call the account',
    change_drivers: '[]',
  });
  expect(first.top_reason).toBe('Active days in the last 28 days: 3, where 14 is typical.');
  expect(of('quiet')).toEqual({
    account_id: 'quiet',
    top_reason: null,
    top_play: null,
    drivers: '[]',
    change_drivers: '[]',
  });
});
