import { z } from 'zod';
import { featureSetSchema } from '../../features/contract/feature-set.ts';
import type { Encoder } from '../encoding/encoder.ts';
import { FAMILY_NAMES } from '../families/families.ts';
import type { Weights } from '../families/family.ts';
import type { Calibration } from '../scoring/probability/calibration.ts';
import { riskThresholdsSchema } from '../scoring/probability/risk-bands.ts';

export const modelScopeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('operator') }),
  z.object({ kind: z.literal('tenants') }),
  z.object({ kind: z.literal('tenant'), tenantId: z.string().min(1) }),
  z.object({ kind: z.literal('table') }),
]);

/** model.json: everything about a model that is neither fitted preprocessing, nor weights, nor calibration. */
export const modelDescriptionSchema = z.object({
  format: z.literal(2),
  scope: modelScopeSchema,
  targets: z.array(z.string().min(1)).min(1),
  featureSet: featureSetSchema,
  featureSetHash: z.string().length(64),
  /** Identity of what went in: data, feature set, seed, options, code. Equal inputs are not trained twice. */
  inputsHash: z.string().length(64),
  riskThresholds: riskThresholdsSchema,
  /** Networks whose hazard log-odds are averaged with these shares; tensors are laid end to end in weights.bin. */
  members: z
    .array(
      z.object({
        family: z.enum(FAMILY_NAMES),
        /** Position of the encoder whose inputs it reads. */
        encoder: z.int().min(0),
        share: z.number().positive(),
        tensors: z.array(z.object({ name: z.string(), shape: z.array(z.int().positive()) })),
      }),
    )
    .min(1),
});

export type ModelDescription = z.infer<typeof modelDescriptionSchema>;

/** A trained model as data; `weights` holds one entry per member, members name their encoder. */
export interface ModelArtefact {
  readonly description: ModelDescription;
  readonly encoders: readonly Encoder[];
  readonly weights: readonly Weights[];
  readonly calibration: Calibration;
}
