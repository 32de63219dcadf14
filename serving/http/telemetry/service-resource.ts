import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';

/** Who sends telemetry. */
export function serviceResource(version: string): Resource {
  return resourceFromAttributes({ 'service.name': 'churn', 'service.version': version });
}
