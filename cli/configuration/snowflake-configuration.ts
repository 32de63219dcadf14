import { z } from 'zod';
import { BadInput } from '../../features/contract/failure.ts';
import { foldedName } from '../../features/warehouse/snowflake/control-schema.ts';
import type {
  SnowflakeCredentials,
  SnowflakeOptions,
} from '../../features/warehouse/snowflake/snowflake-options.ts';

/** The variables of a Snowflake account; looked at with CHURN_WAREHOUSE=snowflake only. */
export const snowflakeVariables = {
  SNOWFLAKE_ACCOUNT: z.string().min(1).optional(),
  SNOWFLAKE_ACCESS_URL: z.url('is not a URL').optional(),
  SNOWFLAKE_USER: z.string().min(1).optional(),
  SNOWFLAKE_AUTHENTICATOR: z
    .enum(
      ['SNOWFLAKE_JWT', 'PROGRAMMATIC_ACCESS_TOKEN', 'OAUTH', 'SNOWFLAKE'],
      'is none of SNOWFLAKE_JWT, PROGRAMMATIC_ACCESS_TOKEN, OAUTH and SNOWFLAKE',
    )
    .default('SNOWFLAKE_JWT'),
  SNOWFLAKE_PASSWORD: z.string().min(1).optional(),
  SNOWFLAKE_PRIVATE_KEY_PATH: z.string().min(1).optional(),
  SNOWFLAKE_PRIVATE_KEY_PASSPHRASE: z.string().min(1).optional(),
  SNOWFLAKE_TOKEN: z.string().min(1).optional(),
  SNOWFLAKE_ROLE: z.string().min(1).optional(),
  SNOWFLAKE_WAREHOUSE: z.string().min(1).optional(),
  SNOWFLAKE_DATABASE: z.string().min(1).optional(),
  /** Seconds after which Snowflake cancels a statement. */
  SNOWFLAKE_STATEMENT_TIMEOUT: z.coerce.number().int().min(1).max(604_800).default(1800),
};

export type SnowflakeVariables = z.output<z.ZodObject<typeof snowflakeVariables>>;

export type SnowflakeConfiguration = Omit<SnowflakeOptions, 'queryTag'>;

/** @throws BadInput naming the first variable that is needed and missing */
export function snowflakeConfiguration(
  variables: SnowflakeVariables,
  rowAccessPolicy: string,
): SnowflakeConfiguration {
  return {
    account: needed(variables, 'SNOWFLAKE_ACCOUNT'),
    accessUrl: variables.SNOWFLAKE_ACCESS_URL,
    user: needed(variables, 'SNOWFLAKE_USER'),
    credentials: credentialsOf(variables),
    role: identifier(variables, 'SNOWFLAKE_ROLE'),
    warehouse: identifier(variables, 'SNOWFLAKE_WAREHOUSE'),
    database: identifier(variables, 'SNOWFLAKE_DATABASE'),
    statementTimeoutSeconds: variables.SNOWFLAKE_STATEMENT_TIMEOUT,
    rowAccessPolicy,
  };
}

function credentialsOf(variables: SnowflakeVariables): SnowflakeCredentials {
  switch (variables.SNOWFLAKE_AUTHENTICATOR) {
    case 'SNOWFLAKE_JWT':
      return {
        kind: 'key-pair',
        privateKeyPath: needed(variables, 'SNOWFLAKE_PRIVATE_KEY_PATH'),
        passphrase: variables.SNOWFLAKE_PRIVATE_KEY_PASSPHRASE,
      };
    case 'PROGRAMMATIC_ACCESS_TOKEN':
      return { kind: 'programmatic-access-token', token: needed(variables, 'SNOWFLAKE_TOKEN') };
    case 'OAUTH':
      return { kind: 'oauth', token: needed(variables, 'SNOWFLAKE_TOKEN') };
    case 'SNOWFLAKE':
      return { kind: 'password', password: needed(variables, 'SNOWFLAKE_PASSWORD') };
  }
}

/** A name as Snowflake takes it: `churn` is CHURN, and `"churn"` keeps its case. */
function identifier(variables: SnowflakeVariables, name: keyof SnowflakeVariables): string {
  const value = needed(variables, name);
  const found = foldedName(value);
  if (found !== undefined) return found;
  throw new BadInput({
    where: 'environment',
    what: `${name} is ${value}, which is no name in Snowflake`,
    remedy: `use letters, digits and underscores, or put it in double quotes: '"${value}"'`,
  });
}

function needed(variables: SnowflakeVariables, name: keyof SnowflakeVariables): string {
  const value = variables[name];
  if (value !== undefined) return String(value);
  throw new BadInput({
    where: 'environment',
    what: `CHURN_WAREHOUSE is snowflake and ${name} is not set`,
    remedy: 'set it as docs/configuration.md describes',
  });
}
