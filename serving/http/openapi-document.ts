import type { OpenAPIHono } from '@hono/zod-openapi';

export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

const DESCRIPTION = `Calibrated churn risk by tenant, answered from memory. Nothing here changes the platform's state.

Send \`Authorization: Bearer <token>\`. The token's \`tenants\` claim says which tenants it may read, its \`scope\` what for: \`scores:read\` and \`scores:compute\`. A tenant that it does not name answers as one that does not exist.

Errors are RFC 9457 problem documents. Lists page by \`next_cursor\`: all pages of a list come from the same state of the scores, even when newer ones arrive in between. \`ETag\` with \`If-None-Match\` avoids sending what has not changed; \`scores-age-seconds\` says how long ago the scores were last known to be current.`;

/** The OpenAPI 3.1 document of everything that was registered. */
export function openApiDocument(app: OpenAPIHono, version: string): OpenApiDocument {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
  });
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'churn', version, description: DESCRIPTION },
    tags: [
      { name: 'Scores', description: 'Risk lists, accounts and summaries of a tenant' },
      { name: 'What-if', description: 'Scores of posted feature values' },
      {
        name: 'Open Inference Protocol',
        description: 'The same models for tools that speak version 2 of it',
      },
      { name: 'Probes', description: 'For orchestrators' },
    ],
  });
}
