import { afterAll, beforeAll, expect, it } from 'vitest';
import { csvLine } from '../../features/files/csv-line.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { tenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { AccountDetail, AccountRisk } from '../../serving/read-model/score-documents.ts';
import { readRiskList } from '../../serving/risk-list/read-risk-list.ts';
import { vocabularies } from '../../serving/scores-mart/feature-words.ts';
import { reasonsOf } from '../../serving/scores-mart/reasons.ts';
import { type ServiceUnderTest, startServiceUnderTest } from './http/service-under-test.ts';
import { tenant } from './small-marts.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
let service: ServiceUnderTest;
let token: string;

beforeAll(async () => {
  service = await startServiceUnderTest(await folder.path());
  token = await service.token();
});

afterAll(() => service.stop());

it('gives an account the same reasons in the API, on the page, in the CSV and in the printed list', async () => {
  const path = '/v1/tenants/acme/scores?limit=40';
  const { accounts } = (await (await service.get(path, token)).json()) as { accounts: AccountRisk[] };
  expect(accounts).toHaveLength(40);
  const reasons = new Map(accounts.map((one) => [one.account_id, reasonsOf(one.drivers)]));
  expect(new Set([...reasons.values()].flat()).size).toBeGreaterThan(10);

  const csv = await (await service.get(path, token, { accept: 'text/csv' })).text();
  const [, ...lines] = csv.trimEnd().split('\r\n');
  for (const line of lines) {
    const said = [...reasons.get(line.split(',')[1]!)!, null, null].slice(0, 3);
    expect(line.endsWith(`,${csvLine(said)}`), line).toBe(true);
  }

  const cookie = { cookie: `churn_session=${token}` };
  const page = await (await service.get('/tenants/acme', undefined, cookie)).text();
  const shown = [...page.matchAll(/<td class="reason">([^<]*)<\/td>/g)].map(([, text]) => text);
  expect(shown).toEqual(accounts.map(({ account_id }) => reasons.get(account_id)![0]));

  const warehouse = await openDuckDbWarehouse({ file: service.file, readOnly: true });
  const list = await readRiskList(tenantReader(warehouse, tenant('acme')), vocabularies(warehouse));
  await warehouse.close();
  expect(list!.rows.map((row) => [row.accountId, row.reasons])).toEqual([...reasons]);
});

it('says on the page of an account what its document says, with the features behind', async () => {
  const { accounts } = (await (await service.get('/v1/tenants/acme/scores?limit=3', token)).json()) as {
    accounts: AccountRisk[];
  };
  for (const { account_id } of accounts) {
    const path = `/v1/tenants/acme/accounts/${account_id}`;
    const account = (await (await service.get(path, token)).json()) as AccountDetail;
    const cookie = { cookie: `churn_session=${token}` };
    const page = await (await service.get(`/tenants/acme/accounts/${account_id}`, undefined, cookie)).text();
    const drivers = [...account.drivers, ...account.change_drivers];
    expect(drivers.length).toBeGreaterThan(2);
    for (const { sentence, play, columns } of drivers) {
      expect(page).toContain(sentence);
      if (play !== '') expect(page).toContain(play);
      for (const { label } of columns) expect(page).toContain(label);
    }
  }
});
