import type { ScoringModel } from '../../models/scoring/scoring-model.ts';
import { type Question, type ScoredRows, scoreTogether } from './score-together.ts';
import type { Payer } from './what-if-order.ts';

/** A question and the model that it is for. */
export interface ModelQuestion extends Question {
  readonly model: ScoringModel;
}

/** Work that asks for a few rows at a time and goes on with their scores. */
export type Work<Result> = Generator<ModelQuestion, Result, ScoredRows>;

/** @param beginRows What the work costs before its first question, in rows that cost as much */
export type TakeTurns = <Result>(payer: Payer, beginRows: number, work: Work<Result>) => Promise<Result>;

/** A tenant's part of a turn, and rows in one turn: enough for the model to be quick, few enough to wait for. */
const SHARE_ROWS = 64;
const TURN_ROWS = 128;

interface Job {
  readonly beginRows: number;
  /** Runs to the next question; without scores from the beginning. */
  advance(scored?: ScoredRows): void;
  fail(error: unknown): void;
  /** Null before it has begun, and once it is done. */
  question: ModelQuestion | null;
  isDone: boolean;
}

/**
 * Lets tenants take turns in one thread, and within a tenant its subjects: whoever asks for a row waits for a turn or two,
 * however many rows others have asked for before. The questions of one turn are scored together.
 */
export function takeTurns(): TakeTurns {
  /** Tenants in the order of their turns, and each one's subjects likewise. */
  const tenants = new Map<string, Map<string, Job[]>>();
  let isDue = false;

  function beDue(): void {
    if (isDue) return;
    isDue = true;
    // Messages are received in between.
    setImmediate(turn);
  }

  function turn(): void {
    isDue = false;
    const asking: Job[] = [];
    let rows = 0;
    for (const [tenant, subjects] of [...tenants]) {
      if (rows >= TURN_ROWS) break;
      let share = 0;
      for (const { subject, job } of inTurn(subjects)) {
        if (share >= SHARE_ROWS) break;
        toTheEnd(subjects, subject);
        if (job.question === null) {
          share += job.beginRows;
          job.advance();
        }
        if (job.question === null) continue;
        share += job.question.rows.rowCount;
        asking.push(job);
      }
      rows += share;
      toTheEnd(tenants, tenant);
    }
    answer(asking);
    for (const [tenant, subjects] of [...tenants]) {
      for (const [subject, jobs] of [...subjects]) {
        const left = jobs.filter(({ isDone }) => !isDone);
        if (left.length > 0) subjects.set(subject, left);
        else subjects.delete(subject);
      }
      if (subjects.size === 0) tenants.delete(tenant);
    }
    if (tenants.size > 0) beDue();
  }

  return (payer, beginRows, work) =>
    new Promise((resolve, reject) => {
      const job: Job = {
        beginRows,
        question: null,
        isDone: false,
        advance(scored) {
          try {
            // A generator that has not begun takes no value.
            const step = scored === undefined ? work.next() : work.next(scored);
            job.question = step.done === true ? null : step.value;
            job.isDone = step.done === true;
            if (step.done === true) resolve(step.value);
          } catch (error) {
            job.fail(error);
          }
        },
        fail(error) {
          job.question = null;
          job.isDone = true;
          reject(error);
        },
      };
      const tenant = payer.tenantId === null ? `subject ${payer.subject}` : `tenant ${payer.tenantId}`;
      const subjects = tenants.get(tenant) ?? new Map<string, Job[]>();
      subjects.set(payer.subject, [...(subjects.get(payer.subject) ?? []), job]);
      tenants.set(tenant, subjects);
      beDue();
    });
}

/** The first job of every subject, then the second of each that has one, and so on. */
function* inTurn(
  subjects: ReadonlyMap<string, readonly Job[]>,
): Generator<{ readonly subject: string; readonly job: Job }> {
  const lines = [...subjects];
  for (let place = 0; ; place++) {
    let isAny = false;
    for (const [subject, jobs] of lines) {
      const job = jobs[place];
      if (job === undefined) continue;
      isAny = true;
      yield { subject, job };
    }
    if (!isAny) return;
  }
}

function answer(asking: readonly Job[]): void {
  const byModel = new Map<ScoringModel, Job[]>();
  for (const job of asking) {
    const { model } = job.question!;
    byModel.set(model, [...(byModel.get(model) ?? []), job]);
  }
  for (const [model, jobs] of byModel) {
    let scored: ScoredRows[];
    try {
      scored = scoreTogether(
        model,
        jobs.map(({ question }) => question!),
      );
    } catch (error) {
      for (const job of jobs) job.fail(error);
      continue;
    }
    jobs.forEach((job, at) => {
      job.advance(scored[at]!);
    });
  }
}

/** A map gives its keys in the order in which they were set. */
function toTheEnd<Value>(order: Map<string, Value>, key: string): void {
  const value = order.get(key)!;
  order.delete(key);
  order.set(key, value);
}
