import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openLocalRegistry } from '../../../models/registry/local-registry.ts';
import type { ScoringModel } from '../../../models/scoring/scoring-model.ts';
import { inPieces } from '../../../serving/what-if/in-pieces.ts';
import { postedAccounts } from '../../../serving/what-if/posted-accounts.ts';
import { readPostedRows } from '../../../serving/what-if/posted-rows.ts';
import { type TakeTurns, takeTurns, type Work } from '../../../serving/what-if/take-turns.ts';
import { smallFeatureSet } from '../linear-model.ts';
import { tenant } from '../small-marts.ts';
import { promoteSmallModel } from '../small-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
let small: ScoringModel;
let model: ScoringModel;
/** Rows of each call of the model. */
let calls: number[];
let take: TakeTurns;

beforeAll(async () => {
  const registry = openLocalRegistry({ directory: await folder.path(), clock: () => new Date() });
  await promoteSmallModel(registry);
  ({ model: small } = await registry.load('small', 'champion'));
});
beforeEach(() => {
  calls = [];
  take = takeTurns();
  model = {
    ...small,
    score(frame, options) {
      calls.push(frame.rowCount);
      return small.score(frame, options);
    },
  };
});

/** Asks for so many rows, and returns how many were scored. */
function* asking(rowCount: number, by = model): Work<number> {
  const rows = readPostedRows(
    postedAccounts(Array.from({ length: rowCount }, (_, row) => ({ active_days_28d: row % 29 }))),
    smallFeatureSet,
    new Map(),
  );
  let scored = 0;
  for (const piece of inPieces(rows))
    scored += (yield { model: by, rows: piece, tenantId: null, driversPerRow: 0 }).bands.length;
  return scored;
}

const payer = (tenantId: string, subject: string) => ({ tenantId: tenant(tenantId), subject });

/** In the order in which they were answered. */
async function order(works: Record<string, Promise<unknown>>): Promise<string[]> {
  const answered: string[] = [];
  await Promise.all(
    Object.entries(works).map(async ([name, work]) => {
      await work;
      answered.push(name);
    }),
  );
  return answered;
}

describe('taking turns', () => {
  it('scores every row of every order, in turns of a limited size', async () => {
    const counts = await Promise.all([
      take(payer('acme', 'eve'), 1, asking(1_000)),
      take(payer('globex', 'bo'), 1, asking(130)),
      take(payer('globex', 'bo'), 1, asking(1)),
    ]);
    expect(counts).toEqual([1_000, 130, 1]);
    expect(calls.reduce((a, b) => a + b)).toBe(1_131);
    expect(Math.max(...calls)).toBeLessThanOrEqual(128);
  });

  it('scores the rows of one turn together', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, at) => take(payer(`t${at}`, 'ana'), 1, asking(1))));
    expect(calls).toEqual([20]);
  });

  it('lets a tenant with one row pass a tenant with thousands', async () => {
    const many = Array.from({ length: 16 }, () => take(payer('acme', 'eve'), 64, asking(1_000)));
    const answered = await order({
      ...Object.fromEntries(many.map((work, at) => [`many ${at}`, work])),
      one: take(payer('globex', 'bo'), 1, asking(1)),
    });
    expect(answered[0]).toBe('one');
  });

  it('lets a subject with one row pass another of its tenant, and answers one subject in its order', async () => {
    const many = Array.from({ length: 4 }, () => take(payer('acme', 'eve'), 1, asking(300)));
    const answered = await order({
      ...Object.fromEntries(many.map((work, at) => [`many ${at}`, work])),
      one: take(payer('acme', 'ana'), 1, asking(1)),
    });
    expect(answered).toEqual(['one', 'many 0', 'many 1', 'many 2', 'many 3']);
  });

  it('gives tenants the same share, whatever they ask for', async () => {
    const share = vi.fn();
    const counted = (name: string): ScoringModel => ({
      ...small,
      score(frame, options) {
        share(name, frame.rowCount);
        return small.score(frame, options);
      },
    });
    const [greedy, modest] = [counted('greedy'), counted('modest')];
    for (let at = 0; at < 10; at++) void take(payer('acme', 'eve'), 64, asking(1_000, greedy));
    await take(payer('globex', 'bo'), 1, asking(640, modest));
    const rows = (name: string) =>
      share.mock.calls.filter(([by]) => by === name).reduce((sum, [, count]) => sum + count, 0);
    expect(rows('modest')).toBe(640);
    expect(rows('greedy')).toBeLessThanOrEqual(704);
  });

  it('fails the order that cannot be read, and those whose model fails, and no other', async () => {
    function* unreadable(): Work<number> {
      yield* asking(1);
      throw new Error('unreadable');
    }
    const broken: ScoringModel = {
      ...small,
      score() {
        throw new Error('broken');
      },
    };
    const all = await Promise.allSettled([
      take(payer('acme', 'eve'), 1, asking(200)),
      take(payer('acme', 'eve'), 1, unreadable()),
      take(payer('globex', 'bo'), 1, asking(1, broken)),
    ]);
    expect(all.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.message))).toEqual([
      200,
      'unreadable',
      'broken',
    ]);
    expect(await take(payer('globex', 'bo'), 1, asking(3))).toBe(3);
  });
});
