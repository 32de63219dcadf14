import { z } from 'zod';

/** Where OpenLineage events of a night go; its names are those that OpenLineage's own clients read. */
export const lineageVariables = {
  /** Base of an OpenLineage server that the night's run events are sent to. */
  OPENLINEAGE_URL: z.url('is not an address such as http://localhost:5000').optional(),
  OPENLINEAGE_API_KEY: z.string().min(1).optional(),
  /** A file that run events are appended to, one a line. */
  OPENLINEAGE_FILE: z.string().min(1).optional(),
  OPENLINEAGE_NAMESPACE: z.string().min(1).default('churn'),
  /** The run that starts the night, as `namespace/job/run id`. */
  OPENLINEAGE_PARENT_ID: z
    .string()
    .regex(/^[^/].*\/.+\/[0-9a-fA-F-]{36}$/, 'is not namespace/job/run id, the last one a UUID')
    .optional(),
};

/** Neither address nor file sends none. */
export interface LineageConfiguration {
  readonly url: string | undefined;
  readonly apiKey: string | undefined;
  readonly file: string | undefined;
  readonly namespace: string;
  readonly parentId: string | undefined;
}

type LineageEnvironment = z.infer<z.ZodObject<typeof lineageVariables>>;

export function lineageConfiguration(environment: LineageEnvironment): LineageConfiguration {
  return {
    url: environment.OPENLINEAGE_URL,
    apiKey: environment.OPENLINEAGE_API_KEY,
    file: environment.OPENLINEAGE_FILE,
    namespace: environment.OPENLINEAGE_NAMESPACE,
    parentId: environment.OPENLINEAGE_PARENT_ID,
  };
}
