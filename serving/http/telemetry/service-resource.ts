import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';

/** Who sends telemetry. */
export function serviceResource(version: string, name = 'churn'): Resource {
  return resourceFromAttributes({ 'service.name': name, 'service.version': version });
}
