import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { type FeatureColumn, tenantOfAllRows } from '../../../features/contract/feature-frame.ts';
import { vocabularyOf } from '../../../models/scoring/drivers/feature-words.ts';
import { tellDriver } from '../../../models/scoring/drivers/tell-driver.ts';
import type { InferResponse, ModelMetadata } from '../../../serving/what-if/inference-schemas.ts';
import type { whatIfResponseSchema } from '../../../serving/what-if/what-if-schemas.ts';
import { smallFeatureSet } from '../linear-model.ts';
import { tenant } from '../small-marts.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

const folder = temporaryFolder();
let service: ServiceUnderTest;
let token: string;

beforeAll(async () => {
  service = await startServiceUnderTest(await folder.path());
  token = await service.token();
});
afterAll(() => service.stop());

const ACCOUNTS = [
  { active_days_28d: 3, open_tickets: 2, plan: 'basic' },
  { active_days_28d: 20, open_tickets: 0, plan: 'plus' },
  { active_days_28d: null, open_tickets: 1, plan: null },
];

type WhatIfResponse = z.infer<typeof whatIfResponseSchema>;

async function whatIf(body: unknown): Promise<WhatIfResponse> {
  const response = await service.post('/v1/tenants/acme/score', body, token);
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as WhatIfResponse;
}

describe('what-if', () => {
  it('gives the same bits as the one scoring path', async () => {
    const { model } = await service.registry.load('small', 'champion');
    const numbers = (name: 'active_days_28d' | 'open_tickets') => ({
      kind: 'number' as const,
      values: Float64Array.from(ACCOUNTS, (account) => account[name] ?? Number.NaN),
    });
    const expected = model.score(
      {
        rowCount: 3,
        columns: new Map<string, FeatureColumn>([
          ['active_days_28d', numbers('active_days_28d')],
          ['open_tickets', numbers('open_tickets')],
          ['plan', { kind: 'category', codes: Int32Array.of(1, 0, -1), levels: ['plus', 'basic'] }],
        ]),
      },
      { driversPerRow: 5, tenantIds: tenantOfAllRows(tenant('acme'), 3) },
    );
    const answer = await whatIf({ accounts: ACCOUNTS });
    expect(answer).toMatchObject({ tenant_id: 'acme', model_name: 'small', model_version: 'v1' });
    expect(answer.predictions.map((one) => one.churn_probability_30d)).toEqual([
      ...expected.probabilities[0]!,
    ]);
    expect(answer.predictions.map((one) => one.churn_probability_90d)).toEqual([
      ...expected.probabilities[2]!,
    ]);
    expect(answer.predictions.map((one) => one.risk_band)).toEqual(expected.bands);
    expect(answer.predictions.map((one) => one.drivers)).toEqual(
      expected.drivers.map((list) =>
        list.map((driver) => tellDriver(driver, vocabularyOf(smallFeatureSet), 'score')),
      ),
    );
    expect(answer.predictions[0]!.drivers.length).toBeGreaterThan(0);
  });

  it('reports columns that are missing, unknown or out of bounds, and scores anyway', async () => {
    const answer = await whatIf({
      accounts: [
        { active_days_28d: 29, colour: 'red', plan: 'basic' },
        { active_days_28d: 3, open_tickets: 1, plan: 'gold', size: 3 },
      ],
      drivers_per_account: 0,
    });
    expect(answer).toMatchObject({
      missing_columns: ['open_tickets'],
      unknown_columns: ['colour', 'size'],
      out_of_bounds_columns: ['active_days_28d', 'plan'],
    });
    expect(answer.predictions).toHaveLength(2);
    expect(answer.predictions[0]!.drivers).toEqual([]);
    const clean = await whatIf({ accounts: ACCOUNTS });
    expect(clean).toMatchObject({ missing_columns: [], unknown_columns: [], out_of_bounds_columns: [] });
  });

  it('reads numbers and booleans that are written as text', async () => {
    const asText = await whatIf({ accounts: [{ active_days_28d: '3', open_tickets: '2', plan: 'basic' }] });
    expect(asText.predictions[0]).toEqual((await whatIf({ accounts: [ACCOUNTS[0]] })).predictions[0]);
  });

  it.each([
    [{ accounts: [] }, 'accounts'],
    [{ accounts: [{ open_tickets: 'many' }] }, 'accounts[0].open_tickets'],
    [{ accounts: [{ open_tickets: [1] }] }, 'accounts[0].open_tickets'],
    [{ accounts: [{}], drivers: 3 }, 'drivers'],
    [{ accounts: [{}], drivers_per_account: 1.5 }, 'drivers_per_account'],
    [{ accounts: new Array(1_001).fill({}) }, 'accounts'],
    ['{"accounts":[{"open_tickets":1e999}]}', 'accounts[0].open_tickets'],
    ['{"accounts":', ''],
    ['null', ''],
  ])('refuses %j and says where', async (body, parameter) => {
    const response = await service.post('/v1/tenants/acme/score', body, token);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      type: 'urn:churn:problem:invalid-body',
      errors: [{ parameter }],
    });
  });

  it.each(['application/json;charset=utf-8', 'application/json ; charset="utf-8"', 'Application/JSON;'])(
    'takes a body of type %s',
    async (type) => {
      const body = { accounts: ACCOUNTS };
      const response = await service.post('/v1/tenants/acme/score', body, token, { 'content-type': type });
      expect(response.status).toBe(200);
    },
  );

  it('requires JSON of a limited size', async () => {
    const text = await service.post('/v1/tenants/acme/score', '{}', token, { 'content-type': 'text/plain' });
    expect(text.status).toBe(415);
    const large = await service.post('/v1/tenants/acme/score', 'x'.repeat(1024 * 1024 + 1), token);
    expect(large.status).toBe(413);
    for (const response of [text, large])
      expect(response.headers.get('content-type')).toBe('application/problem+json');
  });
});

describe('the Open Inference Protocol', () => {
  const inputs = [
    { name: 'active_days_28d', shape: [3], datatype: 'FP64', data: [3, 20, null] },
    { name: 'open_tickets', shape: [3, 1], datatype: 'INT64', data: [[2], [0], [1]] },
    { name: 'plan', shape: [3], datatype: 'BYTES', data: ['basic', 'plus', null] },
  ];
  const infer = async (body: object, path = '/v2/models/small/infer') => service.post(path, body, token);

  it('gives the same scores as tensors, and drivers on request', async () => {
    const expected = await whatIf({ accounts: ACCOUNTS });
    const response = await infer({ id: '42', inputs, parameters: { drivers_per_account: 5 } });
    const answer = (await response.json()) as InferResponse;
    expect(answer).toMatchObject({ id: '42', model_name: 'small', model_version: 'v1' });
    const data = (name: string) => answer.outputs.find((output) => output.name === name)?.data;
    expect(data('churn_probability_90d')).toEqual(
      expected.predictions.map((one) => one.churn_probability_90d),
    );
    expect(data('risk_band')).toEqual(expected.predictions.map((one) => one.risk_band));
    const drivers = data('drivers')!.map((json) => JSON.parse(String(json)) as { feature: string }[]);
    expect(drivers.map((list) => list.map(({ feature }) => feature))).toEqual(
      expected.predictions.map((one) => one.drivers.map(({ feature }) => feature)),
    );
    const plain = (await (await infer({ inputs })).json()) as InferResponse;
    expect(plain.outputs.map(({ name }) => name)).not.toContain('drivers');
  });

  it('uses the calibration of the tenant that the token or the request names, or of all tenants if there are several', async () => {
    const ask = async (tenants: readonly string[] | '*', parameters = {}) => {
      const response = await service.post(
        '/v2/models/small/infer',
        { inputs, parameters },
        await service.token({ tenants }),
      );
      if (response.status !== 200) return response.status;
      return ((await response.json()) as InferResponse).outputs[2]!.data![0];
    };
    const acme = (await whatIf({ accounts: ACCOUNTS })).predictions[0]!.churn_probability_90d;
    expect(await ask(['acme'])).toBe(acme);
    expect(await ask('*', { tenant_id: 'acme' })).toBe(acme);
    const others = await ask(['globex']);
    expect(others).not.toBe(acme);
    expect(await ask('*')).toBe(others);
    expect(await ask(['globex'], { tenant_id: 'acme' })).toBe(404);
    expect(await ask(['globex'], { tenant_id: 'nobody' })).toBe(404);
  });

  it('gives the requested outputs, and notes in the parameters', async () => {
    const response = await infer({
      inputs: [
        ...inputs.slice(0, 1),
        { name: 'colour', shape: [3], datatype: 'BYTES', data: ['a', 'b', 'c'] },
      ],
      outputs: [{ name: 'drivers' }, { name: 'churn_probability_30d' }],
    });
    const answer = (await response.json()) as InferResponse;
    expect(answer.outputs.map(({ name }) => name)).toEqual(['drivers', 'churn_probability_30d']);
    expect(answer.parameters).toEqual({
      missing_columns: '["open_tickets","plan"]',
      unknown_columns: '["colour"]',
      out_of_bounds_columns: '[]',
    });
  });

  it('answers metadata and readiness', async () => {
    const metadata = (await (await service.get('/v2/models/small', token)).json()) as ModelMetadata;
    expect(metadata).toMatchObject({ name: 'small', versions: ['v1'] });
    expect(metadata.inputs.map(({ name, datatype }) => [name, datatype])).toEqual([
      ['active_days_28d', 'FP64'],
      ['open_tickets', 'FP64'],
      ['plan', 'BYTES'],
    ]);
    expect(await (await service.get('/v2')).json()).toMatchObject({ name: 'churn' });
    expect((await service.get('/v2/health/live')).status).toBe(200);
    expect((await service.get('/v2/health/ready')).status).toBe(200);
    expect((await service.get('/v2/models/small/versions/v1/ready', token)).status).toBe(200);
    expect((await service.get('/v2/models/small/versions/v9', token)).status).toBe(404);
    expect((await service.get('/v2/models/small')).status).toBe(401);
  });

  it.each([
    ['data that is not as its shape says', { inputs: [{ ...inputs[0], shape: [2] }] }],
    ['inputs of different length', { inputs: [inputs[0], { ...inputs[2], shape: [1], data: ['a'] }] }],
    ['two values a row', { inputs: [{ ...inputs[0], shape: [1, 2], data: [1, 2] }] }],
    ['an output that there is not', { inputs, outputs: [{ name: 'logits' }] }],
    ['half a driver', { inputs, parameters: { drivers_per_account: 0.5 } }],
    ['no inputs', { inputs: [] }],
    ['an input that is there twice', { inputs: [...inputs, inputs[0]] }],
  ])('refuses %s', async (_what, body) => {
    const response = await infer(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      type: 'urn:churn:problem:invalid-body',
      error: expect.stringMatching(/^The body is not valid: .*nothing was scored\. ./),
    });
  });

  describe('with tensors as bytes behind the JSON', () => {
    const numbers = (values: readonly number[]) => Buffer.from(Float64Array.from(values).buffer);
    const texts = (values: readonly string[]) =>
      Buffer.concat(
        values.flatMap((value) => {
          const length = Buffer.alloc(4);
          length.writeUInt32LE(Buffer.byteLength(value));
          return [length, Buffer.from(value)];
        }),
      );
    const tensor = (name: string, datatype: string, bytes: Buffer) => ({
      name,
      shape: [3],
      datatype,
      parameters: { binary_data_size: bytes.length },
      bytes,
    });
    const asBytes = [
      tensor('active_days_28d', 'FP64', numbers([3, 20, Number.NaN])),
      tensor('open_tickets', 'INT64', Buffer.from(BigInt64Array.of(2n, 0n, 1n).buffer)),
      tensor('plan', 'BYTES', texts(['basic', 'plus', ''])),
    ];
    const post = (
      tensors: readonly ReturnType<typeof tensor>[],
      { header, rest = {} }: { header?: string; rest?: object } = {},
    ) => {
      const json = Buffer.from(
        JSON.stringify({ inputs: tensors.map(({ bytes: _left, ...one }) => one), ...rest }),
      );
      return service.app.request('/v2/models/small/infer', {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/octet-stream',
          'inference-header-content-length': header ?? String(json.length),
        },
        body: Buffer.concat([json, ...tensors.map(({ bytes }) => bytes)]),
      });
    };

    it('scores the same, and answers either way', async () => {
      const expected = (await (await infer({ inputs })).json()) as InferResponse;
      const asJson = await post(asBytes);
      expect(asJson.headers.get('inference-header-content-length')).toBeNull();
      expect(((await asJson.json()) as InferResponse).outputs).toEqual(expected.outputs);

      const response = await post(asBytes, { rest: { parameters: { binary_data_output: true } } });
      const whole = Buffer.from(await response.arrayBuffer());
      const end = Number(response.headers.get('inference-header-content-length'));
      const { outputs } = JSON.parse(whole.subarray(0, end).toString()) as InferResponse;
      let at = end;
      for (const [index, { name, data, parameters }] of outputs.entries()) {
        expect(data).toBeUndefined();
        const bytes = whole.subarray(at, at + Number(parameters!.binary_data_size));
        at += bytes.length;
        const wanted = expected.outputs[index]!.data!;
        expect(bytes, name).toEqual(
          name === 'risk_band' ? texts(wanted as string[]) : numbers(wanted as number[]),
        );
      }
      expect(at).toBe(whole.length);
    });

    it.each([
      ['a header that is no number', asBytes, { header: '-1' }, 'is not a number of bytes'],
      ['a header that is too large', asBytes, { header: '100000' }, 'is not JSON'],
      ['half a number', [tensor('open_tickets', 'FP64', Buffer.alloc(20))], {}, 'no whole FP64 values'],
      ['too few numbers', [tensor('open_tickets', 'FP64', Buffer.alloc(16))], {}, 'has 2 values'],
      ['an endless number', [tensor('open_tickets', 'FP64', numbers([1, Infinity, 1]))], {}, 'not finite'],
      [
        'a text that is longer than its data',
        [tensor('plan', 'BYTES', Buffer.from([255, 255, 255, 255, 97]))],
        {},
        'longer than its data',
      ],
      [
        'fewer bytes than it says',
        [{ ...asBytes[0]!, parameters: { binary_data_size: 10_000 } }],
        {},
        'where 24 are left',
      ],
      ['more bytes than it says', [{ ...asBytes[0]!, bytes: Buffer.alloc(32) }], {}, 'belong to no input'],
      [
        'a million rows of one byte',
        [{ ...tensor('open_tickets', 'INT8', Buffer.alloc(1_000_000)), shape: [1_000_000] }],
        {},
        'inputs[0].shape[0]',
      ],
    ])('refuses %s', async (_what, tensors, options, reason) => {
      const response = await post(tensors, options);
      expect(response.status).toBe(400);
      expect(((await response.json()) as { error: string }).error).toContain(reason);
    });
  });

  it('takes a body that names no type, and no other type than JSON', async () => {
    const ask = (headers: Record<string, string>) =>
      service.app.request('/v2/models/small/infer', {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, ...headers },
        body: Buffer.from(JSON.stringify({ inputs })),
      });
    expect((await ask({})).status).toBe(200);
    const refused = await ask({ 'content-type': 'text/plain' });
    expect(refused.status).toBe(415);
    expect(await refused.json()).toMatchObject({ error: expect.stringContaining('Content-Type') });
  });

  it('says every error below /v2 in the field that its clients look for', async () => {
    for (const response of [
      await service.get('/v2/models/small'),
      await service.get('/v2/models/nobodys', token),
      await service.get('/v2/nothing', token),
    ])
      expect(await response.json()).toMatchObject({ error: expect.stringMatching(/: ./) });
    const problem = await (await service.get('/v1/nothing', token)).json();
    expect(problem).not.toHaveProperty('error');
  });
});
