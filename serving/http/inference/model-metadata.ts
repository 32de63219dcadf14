import { HORIZON_DAYS } from '../../../features/contract/horizon.ts';
import type { Champion } from '../../champions/champion.ts';
import type { ModelMetadata, OutputTensor } from '../../what-if/inference-schemas.ts';

/** Inputs and outputs of a model as the Open Inference Protocol describes them. */
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
