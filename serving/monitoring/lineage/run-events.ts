import type { NightStep } from '../../scores-mart/night-steps.ts';
import { type Dataset, datasetsOf, type Places } from './datasets.ts';

/** OpenLineage 2-0-2 run events, of the facets that a night has something to say in. */
export interface RunEvent {
  readonly eventTime: string;
  readonly eventType: 'START' | 'COMPLETE' | 'FAIL';
  readonly producer: string;
  readonly schemaURL: string;
  readonly run: { readonly runId: string; readonly facets: Readonly<Record<string, Facet>> };
  readonly job: {
    readonly namespace: string;
    readonly name: string;
    readonly facets: Readonly<Record<string, Facet>>;
  };
  readonly inputs: readonly Dataset[];
  readonly outputs: readonly Dataset[];
}

interface Facet {
  readonly _producer: string;
  readonly _schemaURL: string;
  readonly [field: string]: unknown;
}

/** The run that started this one, such as a task of Airflow. */
export interface ParentRun {
  readonly namespace: string;
  readonly name: string;
  readonly runId: string;
}

export interface LineageSubject extends Places {
  /** Of the jobs. */
  readonly namespace: string;
  readonly parent: ParentRun | null;
}

const PRODUCER = 'urn:churn:nightly';
const SPEC = 'https://openlineage.io/spec';

/**
 * What a step that has begun or ended says; null for one that had nothing to do. A step that ended with some tenants refused
 * is complete: its outputs hold the others.
 *
 * @param runId The same for the start and the end of a step
 */
export function runEvent(step: NightStep, runId: string, subject: LineageSubject): RunEvent | null {
  if (step.status === 'skipped') return null;
  const eventType = step.status === 'running' ? 'START' : step.error === null ? 'COMPLETE' : 'FAIL';
  const { namespace, parent } = subject;
  const { inputs, outputs } = datasetsOf(step.step, subject);
  return {
    eventTime: (step.finishedAt ?? step.startedAt).toISOString(),
    eventType,
    producer: PRODUCER,
    schemaURL: `${SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent`,
    run: {
      runId,
      facets: {
        nominalTime: facet('NominalTimeRunFacet', '1-0-1', {
          nominalStartTime: `${step.night}T00:00:00Z`,
        }),
        ...(parent === null
          ? {}
          : {
              parent: facet('ParentRunFacet', '1-2-0', {
                run: { runId: parent.runId },
                job: { namespace: parent.namespace, name: parent.name },
              }),
            }),
        ...(step.error === null
          ? {}
          : {
              errorMessage: facet('ErrorMessageRunFacet', '1-0-1', {
                message: step.error,
                programmingLanguage: 'TypeScript',
              }),
            }),
      },
    },
    job: {
      namespace,
      name: `nightly.${step.step}`,
      facets: {
        jobType: facet('JobTypeJobFacet', '2-0-4', {
          processingType: 'BATCH',
          integration: 'CHURN',
          jobType: 'TASK',
        }),
      },
    },
    inputs,
    outputs,
  };
}

function facet(name: string, version: string, fields: Readonly<Record<string, unknown>>): Facet {
  return {
    _producer: PRODUCER,
    _schemaURL: `${SPEC}/facets/${version}/${name}.json#/$defs/${name}`,
    ...fields,
  };
}
