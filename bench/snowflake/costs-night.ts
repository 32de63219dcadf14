import { championSource } from '../../cli/jobs/champion-source.ts';
import { holdBackUnfit } from '../../cli/jobs/nightly/hold-back-unfit.ts';
import { StepRecorder } from '../../cli/jobs/nightly/step-recorder.ts';
import { ensureRawTables } from '../../features/ingest/ensure-raw-tables.ts';
import type { SnowflakeOptions } from '../../features/warehouse/snowflake/snowflake-options.ts';
import { openSnowflakeWarehouse } from '../../features/warehouse/snowflake/snowflake-warehouse.ts';
import { acrossTenants } from '../../features/warehouse/tenant-warehouse.ts';
import type { ModelRegistry } from '../../models/registry/model-registry.ts';
import type { AlertSettings } from '../../serving/alerts/alert-settings.ts';
import { deliverAlerts } from '../../serving/alerts/deliver-alerts.ts';
import { raiseAlerts } from '../../serving/alerts/raise-alerts.ts';
import { scoreNight } from '../../serving/batch/score-night.ts';
import { monitorModels } from '../../serving/monitoring/models/monitor-models.ts';
import { ensureScoresMart } from '../../serving/scores-mart/ensure-scores-mart.ts';
import { nightSteps } from '../../serving/scores-mart/night-steps.ts';
import { readScoredTenants } from '../../serving/scores-mart/succeeded-runs.ts';
import { smallFeatureSet } from '../../test/serving/linear-model.ts';
import { SECOND_NIGHT } from './costs-platform.ts';

export interface CostsNight {
  readonly options: SnowflakeOptions;
  readonly registry: ModelRegistry;
  readonly clock: () => Date;
  readonly log: (line: string) => void;
}

/** Two rules for everybody; what they raise waits for the end of quiet hours. */
const settings: AlertSettings = {
  rules: [
    { name: 'critical', tenants: '*', mrr_at_least: 0, when: { band_at_least: 'critical' } },
    { name: 'held-back', tenants: '*', mrr_at_least: 0, when: { held_back: true } },
  ],
  destinations: [
    {
      name: 'team',
      tenants: '*',
      digest: 'tenant',
      quiet: { from: '00:00', to: '23:59', zone: 'UTC' },
      to: { webhook: { url: 'http://127.0.0.1:9', secret: 'CHURN_ALERT_KEY' } },
    },
  ],
};

/** The steps of `churn nightly` on Snowflake, over marts of a small feature set. */
export async function runNight({ options, registry, clock, log }: CostsNight): Promise<void> {
  const warehouse = openSnowflakeWarehouse(options);
  try {
    await ensureRawTables(warehouse);
    await ensureScoresMart(warehouse);
    await warehouse.ensureTable(nightSteps);
    const runId = 'second-night';
    const steps = new StepRecorder(warehouse, { runId, night: SECOND_NIGHT as never }, clock);
    await steps.skip('import', 'there is no landing folder');
    await steps.skip('build', 'dbt builds the marts on Snowflake');
    const withheld = await steps.run('gates', async () => {
      const { withheld: value, detail } = await holdBackUnfit(warehouse, () => true, log);
      return { value, detail };
    });
    await steps.run('score', async () => {
      const night = await scoreNight({
        warehouse,
        registry: championSource(registry, log),
        featureSet: smallFeatureSet,
        withheld,
        clock,
        runId,
        log,
      });
      if (night.exitCode !== 0) throw new Error('the night failed');
      return { value: undefined, detail: {} };
    });
    await steps.skip('publish', 'services read the mart itself on Snowflake');
    await steps.run('alerts', async () => {
      const raised = await raiseAlerts({ warehouse, settings, clock, log: () => {} });
      const delivered = await deliverAlerts({
        warehouse,
        destinations: settings.destinations,
        openChannel: async () => {
          throw new Error('quiet hours');
        },
        clock,
        sleep: async () => {},
        log,
      });
      return { value: undefined, detail: { ...raised, ...delivered } };
    });
    await readScoredTenants(acrossTenants(warehouse, 'batch scoring'));
  } finally {
    await warehouse.close();
  }
}

export async function runMonitor({ options, registry, clock }: CostsNight): Promise<void> {
  const warehouse = openSnowflakeWarehouse(options);
  try {
    await monitorModels({ warehouse, registry, clock });
  } finally {
    await warehouse.close();
  }
}
