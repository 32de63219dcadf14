import { HORIZON_DAYS } from '../../features/contract/horizon.ts';
import { writeToldDrivers } from '../scores-mart/tell-drivers.ts';
import { readBinaryTensor, writeBinaryTensor } from './binary-tensors.ts';
import { inPieces } from './in-pieces.ts';
import {
  type InferRequest,
  type InferResponse,
  inferRequestSchema,
  type OutputTensor,
} from './inference-schemas.ts';
import { type PostedValue, readPostedRows } from './posted-rows.ts';
import { readBody } from './read-body.ts';
import type { OpenModel } from './shared-model.ts';
import type { Work } from './take-turns.ts';
import { UnreadableBody } from './unreadable-body.ts';
import type { WhatIfAnswer, WhatIfOrder } from './what-if-order.ts';

const MOST_DRIVERS = 50;

/**
 * Answers an inference request: a tensor per feature in, a tensor per horizon, the band and (asked for with the request
 * parameter `drivers_per_account`) the drivers out.
 *
 * @throws UnreadableBody for tensors that do not fit together or outputs that there are not
 */
export function* answerTensors(
  { model, vocabulary, bounds }: OpenModel,
  { payer, body, jsonBytes, namedTenant }: WhatIfOrder,
): Work<WhatIfAnswer> {
  const request = readBody(body.subarray(0, jsonBytes ?? body.length), inferRequestSchema);
  const wanted = request.parameters?.tenant_id;
  if (wanted !== undefined && String(wanted) !== namedTenant)
    return { kind: 'names tenant', tenantId: String(wanted), body };
  const columns = columnsOf(request.inputs, body.subarray(jsonBytes ?? body.length));
  const rowCount = request.inputs[0]!.shape[0]!;
  const unequal = request.inputs.find(({ shape }) => shape[0] !== rowCount);
  if (unequal !== undefined)
    throw wrong(`inputs.${unequal.name}.shape`, `has ${unequal.shape[0]} rows, the first input ${rowCount}`);
  const driversPerRow = driversWanted(request);
  const rows = readPostedRows(
    {
      rowCount,
      names: columns.keys(),
      value: (name, row) => columns.get(name)?.[row],
      place: (name, row) => `inputs.${name}.data[${row}]`,
    },
    model.featureSet,
    bounds,
  );
  const outputs: OutputTensor[] = HORIZON_DAYS.map((days) => ({
    name: `churn_probability_${days}d`,
    shape: [rowCount],
    datatype: 'FP64',
    data: [],
  }));
  const bands: OutputTensor = { name: 'risk_band', shape: [rowCount], datatype: 'BYTES', data: [] };
  const drivers: OutputTensor = {
    name: 'drivers',
    shape: [rowCount],
    datatype: 'BYTES',
    parameters: { content_type: 'application/json' },
    data: [],
  };
  const all = [...outputs, bands, ...(driversPerRow > 0 ? [drivers] : [])];
  const asked = chosen(all, request);
  for (const piece of inPieces(rows)) {
    const scored = yield { model, rows: piece, tenantId: payer.tenantId, driversPerRow };
    outputs.forEach(({ data }, index) => {
      data.push(...scored.probabilities[index]!);
    });
    bands.data.push(...scored.bands);
    if (driversPerRow > 0)
      drivers.data.push(...scored.drivers.map((list) => writeToldDrivers(list, vocabulary)));
  }
  const binary: Buffer[] = [];
  const response: InferResponse = {
    model_name: model.name,
    model_version: model.version,
    ...(request.id === undefined ? {} : { id: request.id }),
    parameters: {
      missing_columns: JSON.stringify(rows.notes.missing_columns),
      unknown_columns: JSON.stringify(rows.notes.unknown_columns),
      out_of_bounds_columns: JSON.stringify(rows.notes.out_of_bounds_columns),
    },
    outputs: asked.map(({ output, isBinary }) => {
      if (!isBinary) return output;
      const { data, parameters, ...rest } = output;
      const bytes = writeBinaryTensor(data);
      binary.push(bytes);
      return { ...rest, parameters: { ...parameters, binary_data_size: bytes.length } };
    }),
  };
  const json = Buffer.from(JSON.stringify(response));
  return {
    kind: 'scored',
    rowCount,
    body: Uint8Array.from(Buffer.concat([json, ...binary])),
    jsonBytes: binary.length === 0 ? null : json.length,
  };
}

function wrong(parameter: string, detail: string): UnreadableBody {
  return new UnreadableBody([{ parameter, detail }]);
}

/** The values of each input by row, whether they came as JSON, flat or nested, or as bytes behind it. */
function columnsOf(inputs: InferRequest['inputs'], binary: Uint8Array): Map<string, PostedValue[]> {
  const columns = new Map<string, PostedValue[]>();
  let at = 0;
  for (const { name, shape, datatype, parameters, data } of inputs) {
    if (columns.has(name)) throw wrong(`inputs.${name}`, 'is there more than once');
    const size = parameters?.binary_data_size;
    let values: PostedValue[];
    if (data !== undefined) values = data.flat();
    else {
      if (typeof size !== 'number' || !Number.isInteger(size) || size < 0)
        throw wrong(
          `inputs.${name}.data`,
          'is missing, and no binary_data_size says how many bytes stand for it',
        );
      if (at + size > binary.length)
        throw wrong(
          `inputs.${name}`,
          `has ${size} bytes of data where ${binary.length - at} are left behind the JSON`,
        );
      const read = readBinaryTensor(datatype, binary.subarray(at, at + size));
      if (typeof read === 'string') throw wrong(`inputs.${name}`, read);
      values = read;
      at += size;
    }
    const wanted = shape.reduce((product, length) => product * length, 1);
    if (values.length !== wanted || (shape[1] ?? 1) !== 1)
      throw wrong(
        `inputs.${name}.data`,
        `has ${values.length} values where the shape [${shape.join(', ')}] says ${wanted}; a row has one`,
      );
    columns.set(name, values);
  }
  if (at < binary.length) throw wrong('', `has ${binary.length - at} bytes that belong to no input`);
  return columns;
}

function driversWanted({ parameters, outputs }: InferRequest): number {
  const isNamed = outputs?.some(({ name }) => name === 'drivers') ?? false;
  const wanted = parameters?.drivers_per_account ?? (isNamed ? 5 : 0);
  if (typeof wanted === 'number' && Number.isInteger(wanted) && wanted >= 0 && wanted <= MOST_DRIVERS)
    return wanted;
  throw wrong('parameters.drivers_per_account', `is not a whole number up to ${MOST_DRIVERS}`);
}

interface ChosenOutput {
  readonly output: OutputTensor;
  /** As bytes behind the JSON. */
  readonly isBinary: boolean;
}

function chosen(all: readonly OutputTensor[], { outputs: wanted, parameters }: InferRequest): ChosenOutput[] {
  const isBinary = parameters?.binary_data_output === true;
  if (wanted === undefined || wanted.length === 0) return all.map((output) => ({ output, isBinary }));
  return wanted.map(({ name, parameters: own }) => {
    const output = all.find((one) => one.name === name);
    if (output === undefined)
      throw wrong(
        'outputs',
        `there is no ${name.slice(0, 100)}; there are ${all.map((one) => one.name).join(', ')}`,
      );
    return { output, isBinary: own?.binary_data === undefined ? isBinary : own.binary_data === true };
  });
}
