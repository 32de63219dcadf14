import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../../../features/contract/failure.ts';
import { type LineageSink, lineageSink } from '../../../serving/monitoring/lineage/lineage-sink.ts';
import {
  type LineageSubject,
  type ParentRun,
  runEvent,
} from '../../../serving/monitoring/lineage/run-events.ts';
import type { NightStep, NightStepName } from '../../../serving/scores-mart/night-steps.ts';
import type { Configuration } from '../../configuration/configuration.ts';
import type { CommandContext } from '../../context/command-context.ts';

/** Tells OpenLineage of every step as it begins and ends. A server that is down is said once and fails no night. */
export function stepLineage(
  { configuration, terminal }: CommandContext,
  landing: string | null,
): (step: NightStep) => Promise<void> {
  const sink = lineageSink(configuration.lineage);
  if (sink === null) return async () => {};
  const subject = subjectOf(configuration, landing);
  const runIds = new Map<NightStepName, string>();
  let open: LineageSink | null = sink;
  return async (step) => {
    const runId = runIds.get(step.step) ?? randomUUID();
    runIds.set(step.step, runId);
    const event = runEvent(step, runId, subject);
    if (event === null || open === null) return;
    try {
      await open(event);
    } catch (error) {
      open = null;
      terminal.log(`no more lineage is sent tonight: ${reasonOf(error)}`);
    }
  };
}

function subjectOf(
  { lineage, snowflake, home, warehouseFile, publishedDirectory }: Configuration,
  landing: string | null,
): LineageSubject {
  const standard = join(home, 'landing');
  return {
    namespace: lineage.namespace,
    parent: lineage.parentId === undefined ? null : parentRun(lineage.parentId),
    warehouse:
      snowflake === null
        ? { kind: 'duckdb', file: warehouseFile }
        : { kind: 'snowflake', account: snowflake.account, database: snowflake.database ?? '' },
    landing: landing ?? (existsSync(standard) ? standard : null),
    published: snowflake === null ? publishedDirectory : null,
  };
}

/** The namespace may have slashes of its own, as an address has; a job of Airflow and a run id have none. */
function parentRun(parentId: string): ParentRun {
  const parts = parentId.split('/');
  return { namespace: parts.slice(0, -2).join('/'), name: parts.at(-2)!, runId: parts.at(-1)! };
}
