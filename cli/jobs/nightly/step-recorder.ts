import { Failure, type FailureExitCode } from '../../../features/contract/failure.ts';
import type { Warehouse } from '../../../features/warehouse/warehouse.ts';
import {
  type NightStep,
  type NightStepName,
  recordNightStep,
} from '../../../serving/scores-mart/night-steps.ts';

/** What a step hands back: a value for the steps after it, and what its record says. */
export interface StepResult<Value> {
  readonly value: Value;
  readonly detail: NightStep['detail'];
  /** Of a step that came to its end although some tenants did not. */
  readonly exitCode?: 0 | FailureExitCode;
}

/** Records each step of a night in `scores.night_steps` as it begins and as it ends. */
export class StepRecorder {
  readonly #warehouse: Warehouse;
  readonly #night: Pick<NightStep, 'runId' | 'night'>;
  readonly #clock: () => Date;
  readonly #onRecorded: (step: NightStep) => Promise<void>;
  readonly #ended: NightStep[] = [];

  /** @param onRecorded Is told of every step as it begins and as it ends */
  constructor(
    warehouse: Warehouse,
    night: Pick<NightStep, 'runId' | 'night'>,
    clock: () => Date,
    onRecorded: (step: NightStep) => Promise<void> = async () => {},
  ) {
    this.#warehouse = warehouse;
    this.#night = night;
    this.#clock = clock;
    this.#onRecorded = onRecorded;
  }

  /** In their order. */
  get ended(): readonly NightStep[] {
    return this.#ended;
  }

  /** @throws what the work throws, once that is recorded */
  async run<Value>(step: NightStepName, work: () => Promise<StepResult<Value>>): Promise<Value> {
    const startedAt = this.#clock();
    await this.#write(this.#record(step, 'running', { startedAt, finishedAt: null }));
    try {
      const { value, detail, exitCode = 0 } = await work();
      await this.#end(this.#record(step, statusOf(exitCode), { startedAt, detail }));
      return value;
    } catch (error) {
      const exitCode = error instanceof Failure ? error.exitCode : 1;
      const message = error instanceof Error ? error.message : String(error);
      await this.#end(this.#record(step, statusOf(exitCode), { startedAt, error: message }));
      throw error;
    }
  }

  async skip(step: NightStepName, reason: string): Promise<void> {
    await this.#end(this.#record(step, 'skipped', { startedAt: this.#clock(), detail: { reason } }));
  }

  #record(
    step: NightStepName,
    status: NightStep['status'],
    more: Partial<NightStep> & Pick<NightStep, 'startedAt'>,
  ): NightStep {
    return { ...this.#night, step, status, detail: {}, error: null, finishedAt: this.#clock(), ...more };
  }

  async #end(step: NightStep): Promise<void> {
    await this.#write(step);
    this.#ended.push(step);
  }

  async #write(step: NightStep): Promise<void> {
    await recordNightStep(this.#warehouse, step);
    await this.#onRecorded(step);
  }
}

function statusOf(exitCode: 0 | FailureExitCode): NightStep['status'] {
  return exitCode === 0 ? 'succeeded' : exitCode === 1 ? 'failed' : 'refused';
}
