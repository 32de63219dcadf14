import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FeatureFrame, tenantOfAllRows } from '../../../features/contract/feature-frame.ts';
import { artefactFromFiles } from '../../../models/artefact/artefact-files.ts';
import { openLocalRegistry } from '../../../models/registry/local-registry.ts';
import type { LoadedModel, ModelRegistry } from '../../../models/registry/model-registry.ts';
import { vocabularyOf } from '../../../models/scoring/drivers/feature-words.ts';
import { tellDriver } from '../../../models/scoring/drivers/tell-driver.ts';
import type { InferResponse } from '../../../serving/what-if/inference-schemas.ts';
import { type SharedModel, shareModel } from '../../../serving/what-if/shared-model.ts';
import type { WhatIfAnswer, WhatIfOrder } from '../../../serving/what-if/what-if-order.ts';
import type { WhatIfResponse } from '../../../serving/what-if/what-if-schemas.ts';
import {
  createWhatIfThreads,
  TooManyOrders,
  type WhatIfThreads,
} from '../../../serving/what-if/what-if-threads.ts';
import { smallFeatureSet } from '../linear-model.ts';
import { tenant } from '../small-marts.ts';
import { promoteSmallModel } from '../small-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
let registry: ModelRegistry;
let threads: WhatIfThreads;

beforeAll(async () => {
  registry = openLocalRegistry({ directory: await folder.path(), clock: () => new Date() });
  threads = createWhatIfThreads({ threads: 2 });
});
afterAll(() => threads.stop());

const ROWS = 1_000;
const ACCOUNTS = Array.from({ length: ROWS }, (_, row) => ({
  active_days_28d: row % 7 === 0 ? null : (row * 13) % 29,
  open_tickets: row % 4,
  plan: ['basic', 'plus', null, 'gold'][row % 4],
}));
const FRAME: FeatureFrame = {
  rowCount: ROWS,
  columns: new Map([
    [
      'active_days_28d',
      {
        kind: 'number',
        values: Float64Array.from(ACCOUNTS, (account) => account.active_days_28d ?? Number.NaN),
      },
    ],
    [
      'open_tickets',
      { kind: 'number', values: Float64Array.from(ACCOUNTS, (account) => account.open_tickets) },
    ],
    [
      'plan',
      {
        kind: 'category',
        codes: Int32Array.from({ length: ROWS }, (_, row) => [0, 1, -1, 2][row % 4]!),
        levels: ['basic', 'plus', 'gold'],
      },
    ],
  ]),
};

async function promoted(family: 'logistic' | 'tabm'): Promise<LoadedModel> {
  await promoteSmallModel(registry, { name: family, family });
  return registry.load(family, 'champion');
}

const order = (model: SharedModel, form: WhatIfOrder['form'], body: string): WhatIfOrder => ({
  form,
  model,
  payer: { tenantId: tenant('acme'), subject: 'ana' },
  body: new TextEncoder().encode(body),
  jsonBytes: null,
  namedTenant: null,
});

function scored<Document>(answer: WhatIfAnswer): Document {
  if (answer.kind !== 'scored') throw new Error(JSON.stringify(answer));
  return JSON.parse(Buffer.from(answer.body).toString('utf8')) as Document;
}

describe('in threads', () => {
  it.each(['logistic', 'tabm'] as const)(
    'a thousand rows score to the same bits as on the main thread: %s',
    async (family) => {
      const loaded = await promoted(family);
      const expected = loaded.model.score(FRAME, {
        driversPerRow: 3,
        tenantIds: tenantOfAllRows(tenant('acme'), ROWS),
      });
      const body = JSON.stringify({ accounts: ACCOUNTS, drivers_per_account: 3 });
      const shared = shareModel(loaded);
      // Several at once take turns, which changes nothing either.
      const answers = await Promise.all(
        Array.from({ length: 3 }, () => threads.answer(order(shared, 'accounts', body))),
      );
      for (const answer of answers) {
        const { predictions } = scored<WhatIfResponse>(answer);
        expect(predictions.map((one) => one.churn_probability_30d)).toEqual([...expected.probabilities[0]!]);
        expect(predictions.map((one) => one.churn_probability_90d)).toEqual([...expected.probabilities[2]!]);
        expect(predictions.map((one) => one.risk_band)).toEqual(expected.bands);
        expect(predictions.map((one) => one.drivers)).toEqual(
          expected.drivers.map((list) =>
            list.map((driver) => tellDriver(driver, vocabularyOf(smallFeatureSet), 'score')),
          ),
        );
      }
      const inputs = Object.keys(ACCOUNTS[0]!).map((name) => ({
        name,
        shape: [ROWS],
        datatype: name === 'plan' ? 'BYTES' : 'FP64',
        data: ACCOUNTS.map((account) => account[name as keyof (typeof ACCOUNTS)[0]]),
      }));
      const { outputs } = scored<InferResponse>(
        await threads.answer(order(shared, 'tensors', JSON.stringify({ inputs }))),
      );
      expect(outputs[2]!.data).toEqual([...expected.probabilities[2]!]);
    },
  );

  it('what tenants ask at once is scored by the calibration of each', async () => {
    const shared = shareModel(await promoted('tabm'));
    const body = JSON.stringify({ accounts: ACCOUNTS.slice(0, 5) });
    const ask = (tenantId: string) => ({
      ...order(shared, 'accounts', body),
      payer: { tenantId: tenant(tenantId), subject: 'ana' },
    });
    const told = async (answer: Promise<WhatIfAnswer>) => {
      const { tenant_id, predictions } = scored<WhatIfResponse>(await answer);
      return { tenant_id, probabilities: predictions.map((one) => one.churn_probability_90d) };
    };
    const alone = [await told(threads.answer(ask('acme'))), await told(threads.answer(ask('globex')))];
    expect(alone[0]!.probabilities).not.toEqual(alone[1]!.probabilities);
    const names = ['acme', 'globex', 'globex', 'acme', 'globex', 'acme', 'acme', 'globex'];
    const together = await Promise.all(names.map((name) => told(threads.answer(ask(name)))));
    expect(together).toEqual(names.map((name) => alone[name === 'acme' ? 0 : 1]));
  });

  it('weights are read where all threads share them', async () => {
    const { files } = shareModel(await promoted('tabm'));
    const inBuffers = Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes)]),
    ) as unknown as Parameters<typeof artefactFromFiles>[0];
    for (const { values } of artefactFromFiles(inBuffers, 'test').weights.flatMap((tensors) => [
      ...tensors.values(),
    ]))
      expect(values.buffer).toBe(files['weights.bin']);
  });

  it('a model that cannot be opened fails its orders and no others', async () => {
    const shared = shareModel(await promoted('logistic'));
    const broken = {
      ...shared,
      id: 'broken',
      files: { ...shared.files, 'weights.bin': new SharedArrayBuffer(4) },
    };
    const body = JSON.stringify({ accounts: ACCOUNTS.slice(0, 1) });
    const [bad, good] = await Promise.allSettled([
      threads.answer(order(broken, 'accounts', body)),
      threads.answer(order(shared, 'accounts', body)),
    ]);
    expect(bad).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringContaining('weights.bin') },
    });
    expect(good.status).toBe('fulfilled');
  });

  it('too many orders of a subject, of a tenant or of all are refused, and room comes back', async () => {
    const shared = shareModel(await promoted('logistic'));
    const body = JSON.stringify({ accounts: ACCOUNTS.slice(0, 1) });
    const ask = (tenantId: string, subject: string) =>
      threads
        .answer({ ...order(shared, 'accounts', body), payer: { tenantId: tenant(tenantId), subject } })
        .then(
          () => 'answered',
          (error: unknown) => (error instanceof TooManyOrders ? error.of : error),
        );
    const times = (count: number, make: (at: number) => Promise<unknown>) =>
      Array.from({ length: count }, (_, at) => make(at));
    const counted = async (asked: Promise<unknown>[]) => {
      const counts: Record<string, number> = {};
      for (const outcome of await Promise.all(asked))
        counts[String(outcome)] = (counts[String(outcome)] ?? 0) + 1;
      return counts;
    };
    expect(await counted(times(20, () => ask('acme', 'eve')))).toEqual({ answered: 16, subject: 4 });
    expect(await counted(times(40, (at) => ask('acme', `eve ${at}`)))).toEqual({ answered: 32, tenant: 8 });
    expect(await counted(times(300, (at) => ask(`tenant-${at}`, `eve ${at}`)))).toEqual({
      answered: 256,
      all: 44,
    });
    expect(await ask('acme', 'eve')).toBe('answered');
  });
});
