import type { NightStepName } from '../../scores-mart/night-steps.ts';

/** A dataset as OpenLineage names it. */
export interface Dataset {
  readonly namespace: string;
  readonly name: string;
}

/** How lineage names the tables of a warehouse: a DuckDB file on a host, or a database of a Snowflake account. */
export type WarehouseName =
  | { readonly kind: 'duckdb'; readonly file: string }
  | { readonly kind: 'snowflake'; readonly account: string; readonly database: string };

export interface Places {
  readonly warehouse: WarehouseName;
  /** Folders; null where there is none. */
  readonly landing: string | null;
  readonly published: string | null;
}

const RAW = ['raw.platform_events', 'raw.accounts', 'raw.subscriptions', 'raw.support_tickets'];
const MARTS = ['analytics.account_features', 'analytics.account_churn_labels', 'analytics.account_profiles'];
const SCORES = ['scores.account_churn_scores', 'scores.score_runs'];

/** What the steps of a night read and write; a step that is not here has datasets of its own to declare. */
const TABLES: Partial<
  Record<NightStepName, { readonly inputs: readonly string[]; readonly outputs: readonly string[] }>
> = {
  import: { inputs: [], outputs: RAW },
  build: { inputs: RAW, outputs: MARTS },
  gates: { inputs: ['analytics.build_findings'], outputs: ['scores.night_steps'] },
  score: { inputs: ['analytics.account_features'], outputs: SCORES },
  publish: { inputs: SCORES, outputs: [] },
  alerts: { inputs: SCORES, outputs: ['scores.alert_outbox'] },
};

/** @returns Nothing for a step that reads and writes no table that others know */
export function datasetsOf(
  step: NightStepName,
  { warehouse, landing, published }: Places,
): { readonly inputs: readonly Dataset[]; readonly outputs: readonly Dataset[] } {
  const { inputs, outputs } = TABLES[step] ?? { inputs: [], outputs: [] };
  const tables = (names: readonly string[]) => names.map((name) => tableOf(name, warehouse));
  const folder = (path: string | null) => (path === null ? [] : [{ namespace: 'file', name: path }]);
  return {
    inputs: [...tables(inputs), ...folder(step === 'import' ? landing : null)],
    outputs: [...tables(outputs), ...folder(step === 'publish' ? published : null)],
  };
}

function tableOf(name: string, warehouse: WarehouseName): Dataset {
  return warehouse.kind === 'duckdb'
    ? { namespace: `duckdb://${warehouse.file}`, name }
    : {
        namespace: `snowflake://${warehouse.account}`,
        name: `${warehouse.database}.${name}`.toUpperCase(),
      };
}
