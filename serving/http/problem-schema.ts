import { z } from '@hono/zod-openapi';

export const problemSchema = z
  .object({
    type: z.string().describe('urn:churn:problem: and what happened'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    errors: z.array(z.object({ parameter: z.string(), detail: z.string() })).optional(),
    error: z.string().optional().describe('All of it as one text, below /v2 only'),
  })
  .openapi('Problem', { description: 'RFC 9457' });
