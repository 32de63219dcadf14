import { expect, test } from 'vitest';
import { processMark } from '../../../features/temporary/process-mark.ts';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { closeAllKilledRuns } from '../../../serving/scores-mart/close-killed-runs.ts';
import { type ImportRun, importRuns, recordImportRuns } from '../../../serving/scores-mart/import-runs.ts';
import {
  recordTrainingRun,
  type TrainingRun,
  trainingRuns,
} from '../../../serving/scores-mart/training-runs.ts';
import { rowsOf } from '../small-marts.ts';

const startedAt = new Date('2026-11-26T01:00:00Z');
const now = new Date('2026-11-26T02:00:00Z');
const common = { programVersion: '1', counts: null, error: null, startedAt, finishedAt: null } as const;

const importing = (runId: string, status: ImportRun['status']): ImportRun => ({
  ...common,
  ...{ runId, status, fileNumber: 0, tenantId: '*', nightRunId: null, tableName: 'accounts' },
  ...{ fileName: 'accounts.csv', contentHash: null },
});

const training = (runId: string, process: string): TrainingRun => ({
  ...common,
  ...{ runId, process, status: 'running', tenantId: '*', scope: 'tenants', modelName: 'churn-tenants' },
  ...{ modelVersion: null, family: 'logistic', seed: 1, gitCommit: null },
  ...{ snapshotId: 's', snapshotHash: 'h', featureSetHash: 'f' },
});

test('runs that hold the warehouse are closed, and trainings whose process is gone', async () => {
  const warehouse = await openDuckDbWarehouse({ file: ':memory:' });
  try {
    expect(await closeAllKilledRuns(warehouse, now)).toBe(0);
    const [host, id] = processMark().split('-');
    const stranger = `00000000-${id}-00000000`;
    await warehouse.write([
      recordImportRuns([importing('killed', 'running'), importing('done', 'succeeded')]),
      recordTrainingRun(training('at work', processMark())),
    ]);
    await warehouse.write([recordTrainingRun(training('gone', `${host}-${id}-00000000`))]);
    await warehouse.write([recordTrainingRun(training('elsewhere', stranger))]);
    await warehouse.write([
      recordTrainingRun({ ...training('elsewhere, long ago', stranger), startedAt: new Date(0) }),
    ]);

    expect(await closeAllKilledRuns(warehouse, now)).toBe(3);

    const states = async (table: typeof importRuns) =>
      Object.fromEntries(
        (await rowsOf(warehouse, table, ['run_id', 'status'])).map(({ run_id, status }) => [run_id, status]),
      );
    expect(await states(importRuns)).toEqual({ killed: 'failed', done: 'succeeded' });
    expect(await states(trainingRuns)).toEqual({
      'at work': 'running',
      gone: 'failed',
      elsewhere: 'running',
      'elsewhere, long ago': 'failed',
    });
    const [killed] = (await rowsOf(warehouse, importRuns, ['run_id', 'error', 'finished_at'])).filter(
      ({ run_id }) => run_id === 'killed',
    );
    expect(killed).toMatchObject({ error: 'it was killed before it ended', finished_at: now.getTime() });
    expect(await closeAllKilledRuns(warehouse, now)).toBe(0);
  } finally {
    await warehouse.close();
  }
});
