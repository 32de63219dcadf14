import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { BadInput } from '../../features/contract/failure.ts';
import { defaultMemoryLimit } from '../../features/warehouse/duckdb/engine-memory.ts';
import type { OidcSettings } from '../../serving/access/people-access.ts';
import { BACKEND_CHOICES, type BackendChoice } from '../../training/backends/backend-choice.ts';
import {
  type LineageConfiguration,
  lineageConfiguration,
  lineageVariables,
} from './lineage-configuration.ts';
import { oidcConfiguration, oidcVariables } from './oidc-configuration.ts';
import {
  type SnowflakeConfiguration,
  snowflakeConfiguration,
  snowflakeVariables,
} from './snowflake-configuration.ts';

/** What tenants' rows are shown by; made by the definitions that `churn doctor --target snowflake --definitions` prints. */
const ROW_ACCESS_POLICY = 'CHURN.TENANT_ROWS';

function keptDays(least: number) {
  return z.coerce.number().int().min(least, `is less than ${least}`).optional();
}

/**
 * The environment variables that the project reads, all of them, here and nowhere else.
 * docs/configuration.md is the same list for readers; a test compares the two.
 */
const environmentSchema = z.object({
  /** Where the embedded warehouse, models, snapshots and reports live. */
  CHURN_HOME: z.string().min(1).default('.churn'),
  /** The engine that holds raw rows, marts and scores. */
  CHURN_WAREHOUSE: z.enum(['duckdb', 'snowflake'], 'is neither duckdb nor snowflake').default('duckdb'),
  /** Where model versions live: a folder of this host, or a Snowflake stage shared by all hosts. */
  CHURN_MODEL_STORE: z.enum(['directory', 'stage'], 'is neither directory nor stage').default('directory'),
  /** Memory that DuckDB may use, e.g. `3GB`; it spills to disk beyond. The default follows from the machine. */
  CHURN_MEMORY_LIMIT: z
    .string()
    .regex(/^\d+(\.\d+)?(MB|GB)$/, 'is not a size such as 3GB')
    .optional(),
  /** Where training computes; `auto` takes the native backend where it is installed and loads. */
  CHURN_BACKEND: z.enum(BACKEND_CHOICES, `is none of ${BACKEND_CHOICES.join(', ')}`).default('auto'),
  /** Who is recorded for what changes which model serves. */
  CHURN_USER: z.string().min(1).optional(),
  CHURN_HOST: z.string().min(1).default('127.0.0.1'),
  CHURN_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** Shared secret (HS256) that signs bearer tokens; at least 32 characters. */
  CHURN_JWT_SECRET: z.string().min(32, 'is shorter than 32 characters').optional(),
  /** Where an identity provider publishes the keys that sign tokens, instead of a secret. */
  CHURN_JWKS_URL: z.string().min(1).optional(),
  CHURN_JWT_ISSUER: z.string().min(1).optional(),
  CHURN_JWT_AUDIENCE: z.string().min(1).optional(),
  /** Requests a minute that each token subject may send; 0 for no limit. */
  CHURN_RATE_LIMIT: z.coerce.number().int().min(0).default(6000),
  /** Rows a minute that each token subject may have scored by what-if and inference; 0 for no limit. */
  CHURN_ROW_LIMIT: z.coerce.number().int().min(0).default(12_000),
  /** Published nights that can be gone back to. */
  CHURN_KEEP_NIGHTS: z.coerce.number().int().min(1, 'is less than 1').default(14),
  /** Days that snapshots are kept which no registered version was trained on; for good where it is unset. */
  CHURN_KEEP_SNAPSHOT_DAYS: keptDays(1),
  /** The same of the records of imports, builds, trainings and steps of nights. */
  CHURN_KEEP_RUN_DAYS: keptDays(1),
  /** The same of rows that imports set aside. */
  CHURN_KEEP_QUARANTINE_DAYS: keptDays(1),
  /** The same of scores, by as-of date, with the records of their runs. Half a year is what lists show. */
  CHURN_KEEP_SCORE_DAYS: keptDays(190),
  /** Base of an OTLP/HTTP collector that metrics and traces are sent to. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url('is not an address such as http://localhost:4318').optional(),
  /** YAML file with the rules and destinations of alerts. */
  CHURN_ALERTS: z.string().min(1).optional(),
  ...oidcVariables,
  ...lineageVariables,
  ...snowflakeVariables,
});

export const ENVIRONMENT_VARIABLES = Object.keys(environmentSchema.shape);

export interface Configuration {
  readonly home: string;
  readonly warehouseFile: string;
  /** Null where the embedded warehouse is used. */
  readonly snowflake: SnowflakeConfiguration | null;
  readonly memoryLimit: string;
  /** Where DuckDBs without a file put what does not fit into memory. */
  readonly spillFolder: string;
  readonly backend: BackendChoice;
  readonly modelStore: 'directory' | 'stage';
  readonly modelsDirectory: string;
  readonly snapshotsDirectory: string;
  /** Nights as services read them where the warehouse is embedded. */
  readonly publishedDirectory: string;
  /** Pages that `churn monitor` writes. */
  readonly reportsDirectory: string;
  /** Who runs the command, as records name them. */
  readonly user: string;
  readonly host: string;
  readonly port: number;
  readonly jwtSecret: string | undefined;
  readonly jwksUrl: string | undefined;
  readonly jwtIssuer: string | undefined;
  readonly jwtAudience: string | undefined;
  readonly alertsFile: string;
  /** Addresses and keys of destinations, by the variables that alerts.yaml names. */
  readonly alertSecrets: Readonly<Record<string, string>>;
  /** Null where people log in with tokens only. */
  readonly oidc: OidcSettings | null;
  /** Null for no limit. */
  readonly requestsPerMinute: number | null;
  readonly rowsPerMinute: number | null;
  readonly otlpEndpoint: string | undefined;
  readonly lineage: LineageConfiguration;
  readonly retention: Retention;
}

/** How long what nights leave is kept. Undefined for good. */
export interface Retention {
  readonly nights: number;
  readonly snapshotDays: number | undefined;
  readonly runDays: number | undefined;
  readonly quarantineDays: number | undefined;
  readonly scoreDays: number | undefined;
}

/** Parses the environment once, at start. An empty variable counts as unset. */
export function readConfiguration(environment: NodeJS.ProcessEnv = process.env): Configuration {
  const given = Object.fromEntries(
    ENVIRONMENT_VARIABLES.map((name) => [name, environment[name] === '' ? undefined : environment[name]]),
  );
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new BadInput({
      what: `${String(issue.path[0])} ${issue.message}`,
      where: 'environment',
      remedy: 'mend it as docs/configuration.md describes, or unset it for the default',
    });
  }
  const home = resolve(parsed.data.CHURN_HOME);
  return {
    home,
    warehouseFile: resolve(home, 'warehouse.duckdb'),
    snowflake:
      parsed.data.CHURN_WAREHOUSE === 'snowflake'
        ? snowflakeConfiguration(parsed.data, ROW_ACCESS_POLICY)
        : null,
    memoryLimit: parsed.data.CHURN_MEMORY_LIMIT ?? defaultMemoryLimit(),
    spillFolder: resolve(home, 'spill'),
    backend: parsed.data.CHURN_BACKEND,
    modelStore: parsed.data.CHURN_MODEL_STORE,
    modelsDirectory: resolve(home, 'models'),
    snapshotsDirectory: resolve(home, 'snapshots'),
    publishedDirectory: resolve(home, 'published'),
    reportsDirectory: resolve(home, 'reports'),
    user: parsed.data.CHURN_USER ?? systemUser(),
    host: parsed.data.CHURN_HOST,
    port: parsed.data.CHURN_PORT,
    jwtSecret: parsed.data.CHURN_JWT_SECRET,
    jwksUrl: parsed.data.CHURN_JWKS_URL,
    jwtIssuer: parsed.data.CHURN_JWT_ISSUER,
    jwtAudience: parsed.data.CHURN_JWT_AUDIENCE,
    alertsFile: resolve(parsed.data.CHURN_ALERTS ?? resolve(home, 'alerts.yaml')),
    alertSecrets: alertSecrets(environment),
    oidc: oidcConfiguration(parsed.data, home),
    requestsPerMinute: parsed.data.CHURN_RATE_LIMIT === 0 ? null : parsed.data.CHURN_RATE_LIMIT,
    rowsPerMinute: parsed.data.CHURN_ROW_LIMIT === 0 ? null : parsed.data.CHURN_ROW_LIMIT,
    otlpEndpoint: parsed.data.OTEL_EXPORTER_OTLP_ENDPOINT,
    lineage: lineageConfiguration(parsed.data),
    retention: {
      nights: parsed.data.CHURN_KEEP_NIGHTS,
      snapshotDays: parsed.data.CHURN_KEEP_SNAPSHOT_DAYS,
      runDays: parsed.data.CHURN_KEEP_RUN_DAYS,
      quarantineDays: parsed.data.CHURN_KEEP_QUARANTINE_DAYS,
      scoreDays: parsed.data.CHURN_KEEP_SCORE_DAYS,
    },
  };
}

/** Variables that the operator names in alerts.yaml, so that no key stands in a file. */
function alertSecrets(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      name.startsWith('CHURN_ALERT_') && value !== undefined && value !== '' ? [[name, value]] : [],
    ),
  );
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that has no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** Keeps Snowflake's client from asking cloud metadata addresses where it runs; it has no other switch for that. */
export function prepareSnowflakeClient(): void {
  process.env.SNOWFLAKE_DISABLE_PLATFORM_DETECTION ??= 'true';
}
