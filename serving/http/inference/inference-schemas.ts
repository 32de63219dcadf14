import { z } from '@hono/zod-openapi';

/** Documents of the Open Inference Protocol, version 2, as far as this service speaks it. */

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const DATATYPES = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP32',
  'FP64',
  'BYTES',
] as const;

const scalar = z.union([z.number().min(-1e300).max(1e300), z.string().max(1_000), z.boolean(), z.null()]);

const inputTensor = z.object({
  name: z.string().min(1).max(200).describe('A feature'),
  shape: z.array(z.int().min(1)).min(1).max(2).describe('[rows] or [rows, 1]'),
  datatype: z.enum(DATATYPES),
  parameters: parameters.optional(),
  data: z
    .array(z.union([scalar, z.array(scalar)]))
    .max(1_000)
    .describe('Null where the value is unknown'),
});

export const inferRequestSchema = z
  .object({
    id: z.string().max(200).optional(),
    parameters: parameters
      .optional()
      .describe(
        'drivers_per_account: how many drivers the output tensor `drivers` holds for each row; tenant_id: whose ' +
          'calibration the rows take, where the token names several tenants (without it, that of all)',
      ),
    inputs: z.array(inputTensor).min(1).max(2_000),
    outputs: z.array(z.object({ name: z.string(), parameters: parameters.optional() })).optional(),
  })
  .openapi('InferRequest');

export type InferRequest = z.infer<typeof inferRequestSchema>;

const outputTensor = z.object({
  name: z.string(),
  shape: z.array(z.int()),
  datatype: z.enum(DATATYPES),
  parameters: parameters.optional(),
  data: z.array(z.union([z.number(), z.string()])),
});

export type OutputTensor = z.infer<typeof outputTensor>;

export const inferResponseSchema = z
  .object({
    model_name: z.string(),
    model_version: z.string(),
    id: z.string().optional(),
    parameters: parameters.describe(
      'missing_columns, unknown_columns and out_of_bounds_columns as JSON lists',
    ),
    outputs: z.array(outputTensor),
  })
  .openapi('InferResponse');

export type InferResponse = z.infer<typeof inferResponseSchema>;

const tensorMetadata = z.object({
  name: z.string(),
  datatype: z.enum(DATATYPES),
  shape: z.array(z.int()),
});

export const modelMetadataSchema = z
  .object({
    name: z.string(),
    versions: z.array(z.string()),
    platform: z.string(),
    inputs: z.array(tensorMetadata),
    outputs: z.array(tensorMetadata),
  })
  .openapi('ModelMetadata');

export type ModelMetadata = z.infer<typeof modelMetadataSchema>;

export const serverMetadataSchema = z
  .object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) })
  .openapi('ServerMetadata');
