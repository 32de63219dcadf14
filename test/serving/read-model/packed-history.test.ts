import { describe, expect, it } from 'vitest';
import { packHistory } from '../../../serving/read-model/packed-history.ts';
import type { HistoryPoint } from '../../../serving/scores-mart/score-history.ts';
import { day } from '../small-marts.ts';

const point = (asOf: string, probability90d: number): HistoryPoint => ({
  asOf: day(asOf),
  probability90d,
  band: 'low',
});
const packed = (points: readonly HistoryPoint[]) =>
  packHistory(['a', 'b'], {
    history: new Map([['b', points]]),
    modelOf: new Map([
      [day('2026-11-02'), 'linear v1'],
      [day('2026-11-09'), 'linear v2'],
    ]),
  });

describe('a packed history', () => {
  const points = [point('2026-11-02', 0.1), point('2026-11-09', 0.2)];

  it('gives back the points of each account', () => {
    expect(packed(points).of(1)).toEqual([
      { ...points[0], model: 'linear v1' },
      { ...points[1], model: 'linear v2' },
    ]);
    expect(packed(points).of(0)).toEqual([]);
  });

  it('has another digest for every other history', () => {
    const { digest } = packed(points);
    expect(packed(points).digest).toBe(digest);
    for (const other of [
      points.slice(1),
      [point('2026-11-01', 0.1), points[1]!],
      [point('2026-11-02', 0.11), points[1]!],
      [{ ...points[0]!, band: 'high' as const }, points[1]!],
    ])
      expect(packed(other).digest).not.toBe(digest);
  });
});
