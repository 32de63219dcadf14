import { z } from '@hono/zod-openapi';

export const problemSchema = z
  .object({
    type: z.string().describe('urn:churn:problem: and what happened'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    errors: z.array(z.object({ parameter: z.string(), detail: z.string() })).optional(),
  })
  .openapi('Problem', { description: 'RFC 9457' });
