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

const GREATEST_NUMBER = 1e300;
const LONGEST_TEXT = 1_000;
const MOST_ROWS = 1_000;

type Scalar = number | string | boolean | null;

/** Checked in one loop: a schema for each of a hundred thousand values takes longer than the model does. */
const tensorData = z
  .custom<(Scalar | Scalar[])[]>((data) => Array.isArray(data) && data.length <= MOST_ROWS, {
    message: `is not a list of up to ${MOST_ROWS} values`,
  })
  .superRefine((data, context) => {
    data.forEach((value, row) => {
      const isGood = Array.isArray(value) ? value.every(isScalar) : isScalar(value);
      if (!isGood)
        context.addIssue({ code: 'custom', path: [row], message: 'is not a number, text, truth or null' });
    });
  })
  .openapi({
    type: 'array',
    maxItems: MOST_ROWS,
    items: {
      anyOf: [
        { type: 'number', minimum: -GREATEST_NUMBER, maximum: GREATEST_NUMBER },
        { type: 'string', maxLength: LONGEST_TEXT },
        { type: 'boolean' },
        { type: 'null' },
        { type: 'array', items: {} },
      ],
    },
    description: 'Null where the value is unknown. Left out where the values follow the JSON as bytes',
  });

function isScalar(value: unknown): boolean {
  if (typeof value === 'number') return value >= -GREATEST_NUMBER && value <= GREATEST_NUMBER;
  if (typeof value === 'string') return value.length <= LONGEST_TEXT;
  return value === null || typeof value === 'boolean';
}

const inputTensor = z.object({
  name: z.string().min(1).max(200).describe('A feature'),
  shape: z.array(z.int().min(1).max(MOST_ROWS)).min(1).max(2).describe('[rows] or [rows, 1]'),
  datatype: z.enum(DATATYPES),
  parameters: parameters
    .optional()
    .describe('binary_data_size: how many bytes of what follows the JSON stand for the data'),
  data: tensorData.optional(),
});

export const inferRequestSchema = z
  .object({
    id: z.string().max(200).optional(),
    parameters: parameters
      .optional()
      .describe(
        'drivers_per_account: how many drivers the output tensor `drivers` holds for each row; tenant_id: whose ' +
          'calibration the rows take, where the token names several tenants (without it, that of all); binary_data_output: ' +
          'whether outputs follow the JSON as bytes',
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
  data: z
    .array(z.union([z.number(), z.string()]))
    .optional()
    .describe('Left out where the values follow the JSON as bytes'),
});

export type OutputTensor = z.infer<typeof outputTensor> & { data: (number | string)[] };

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
