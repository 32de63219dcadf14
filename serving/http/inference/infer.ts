import { HORIZON_DAYS } from '../../../features/contract/horizon.ts';
import type { TenantId } from '../../../features/contract/tenant-id.ts';
import type { Champion } from '../../champions/champion.ts';
import { type PostedValue, readPostedRows } from '../../champions/posted-rows.ts';
import { writeToldDrivers } from '../../scores-mart/tell-drivers.ts';
import { invalid } from '../problems.ts';
import type { InferRequest, InferResponse, ModelMetadata, OutputTensor } from './inference-schemas.ts';

const MOST_DRIVERS = 50;

/**
 * Answers an inference request by the one scoring path: a tensor per feature in, a tensor per horizon, the band and
 * (asked for with the request parameter `drivers_per_account`) the drivers out.
 *
 * @param tenantId Whose calibration the rows take; null for that of all tenants
 * @throws Problem 400 for tensors that do not fit together or outputs that there are not
 */
export async function infer(
  champion: Champion,
  tenantId: TenantId | null,
  request: InferRequest,
): Promise<InferResponse> {
  const { model } = champion;
  refuseDuplicates(request.inputs);
  const columns = new Map(request.inputs.map((input) => [input.name, values(input)]));
  const rowCount = request.inputs[0]!.shape[0]!;
  const unequal = request.inputs.find(({ shape }) => shape[0] !== rowCount);
  if (unequal !== undefined)
    throw invalid('body', [
      {
        parameter: `inputs.${unequal.name}.shape`,
        detail: `has ${unequal.shape[0]} rows, the first input ${rowCount}`,
      },
    ]);
  const driversPerRow = driversWanted(request);
  const rows = readPostedRows(
    {
      rowCount,
      names: columns.keys(),
      value: (name, row) => columns.get(name)?.[row],
      place: (name, row) => `inputs.${name}.data[${row}]`,
    },
    model.featureSet,
    champion.bounds,
  );
  const scored = await champion.score({ rows, tenantId, driversPerRow });
  const outputs: OutputTensor[] = HORIZON_DAYS.map((days, index) => ({
    name: `churn_probability_${days}d`,
    shape: [rowCount],
    datatype: 'FP64',
    data: [...scored.probabilities[index]!],
  }));
  outputs.push({ name: 'risk_band', shape: [rowCount], datatype: 'BYTES', data: [...scored.bands] });
  if (driversPerRow > 0)
    outputs.push({
      name: 'drivers',
      shape: [rowCount],
      datatype: 'BYTES',
      parameters: { content_type: 'application/json' },
      data: scored.drivers.map((list) => writeToldDrivers(list, champion.vocabulary)),
    });
  return {
    model_name: model.name,
    model_version: model.version,
    ...(request.id === undefined ? {} : { id: request.id }),
    parameters: {
      missing_columns: JSON.stringify(rows.notes.missing_columns),
      unknown_columns: JSON.stringify(rows.notes.unknown_columns),
      out_of_bounds_columns: JSON.stringify(rows.notes.out_of_bounds_columns),
    },
    outputs: chosen(outputs, request.outputs),
  };
}

export function modelMetadata({ model }: Champion): ModelMetadata {
  const tensor = (name: string, datatype: OutputTensor['datatype']) => ({ name, datatype, shape: [-1] });
  return {
    name: model.name,
    versions: [model.version],
    platform: 'churn_typescript',
    inputs: model.featureSet.features.map(({ name, type }) =>
      tensor(name, type === 'category' ? 'BYTES' : type === 'boolean' ? 'BOOL' : 'FP64'),
    ),
    outputs: [
      ...HORIZON_DAYS.map((days) => tensor(`churn_probability_${days}d`, 'FP64')),
      tensor('risk_band', 'BYTES'),
      tensor('drivers', 'BYTES'),
    ],
  };
}

function refuseDuplicates(inputs: InferRequest['inputs']): void {
  const names = new Set<string>();
  for (const { name } of inputs) {
    if (names.has(name))
      throw invalid('body', [{ parameter: `inputs.${name}`, detail: 'is there more than once' }]);
    names.add(name);
  }
}

/** Rows in order, whether the data came flat or nested. */
function values({ name, shape, data }: InferRequest['inputs'][number]): PostedValue[] {
  const flat = data.flat();
  const wanted = shape.reduce((product, length) => product * length, 1);
  if (flat.length !== wanted || (shape[1] ?? 1) !== 1)
    throw invalid('body', [
      {
        parameter: `inputs.${name}.data`,
        detail: `has ${flat.length} values where the shape [${shape.join(', ')}] says ${wanted}; a row has one`,
      },
    ]);
  return flat;
}

function driversWanted({ parameters, outputs }: InferRequest): number {
  const isNamed = outputs?.some(({ name }) => name === 'drivers') ?? false;
  const wanted = parameters?.drivers_per_account ?? (isNamed ? 5 : 0);
  if (typeof wanted === 'number' && Number.isInteger(wanted) && wanted >= 0 && wanted <= MOST_DRIVERS)
    return wanted;
  throw invalid('body', [
    { parameter: 'parameters.drivers_per_account', detail: `is not a whole number up to ${MOST_DRIVERS}` },
  ]);
}

function chosen(outputs: readonly OutputTensor[], wanted: InferRequest['outputs']): OutputTensor[] {
  if (wanted === undefined || wanted.length === 0) return [...outputs];
  return wanted.map(({ name }) => {
    const output = outputs.find((one) => one.name === name);
    if (output !== undefined) return output;
    throw invalid('body', [
      {
        parameter: 'outputs',
        detail: `there is no ${name.slice(0, 100)}; there are ${outputs.map((one) => one.name).join(', ')}`,
      },
    ]);
  });
}
