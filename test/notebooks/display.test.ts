import { DataFrame } from 'danfojs-node';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { plot } from '../../notebooks/plot.ts';
import { count, percent, table } from '../../notebooks/table.ts';

/** Stands for the kernel, which is there in a notebook only; test/python runs the notebooks in the real one. */
let shown: Record<string, string>[];

beforeEach(() => {
  shown = [];
  const broadcast = async (_: string, { data }: { data: Record<string, string> }) => {
    shown.push(data);
  };
  vi.stubGlobal('Deno', { jupyter: { broadcast } });
});
afterEach(() => vi.unstubAllGlobals());

test('a plot is an SVG with its marks and titles', async () => {
  await plot({
    title: 'Two dots',
    data: { values: [{ x: 1 }, { x: 2 }] },
    mark: { type: 'point', filled: true },
    encoding: { x: { field: 'x', type: 'quantitative' } },
  });
  expect(shown).toHaveLength(1);
  const svg = shown[0]!['image/svg+xml']!;
  expect(svg).toMatch(/^<svg .*Two dots.*<\/svg>$/s);
  expect(svg.match(/aria-roledescription="point"/g)).toHaveLength(2);
});

test('a plot that Vega-Lite would draw only in part is refused', async () => {
  const wrong = plot({
    data: { values: [{ x: 1 }] },
    mark: 'bar',
    encoding: { x: { field: 'x', type: 'quantitative' }, shape: { field: 'x', type: 'nominal' } },
  });
  await expect(wrong).rejects.toThrow(/cannot be drawn as it is written/);
  expect(shown).toEqual([]);
});

test('a table formats each column, keeps text and shows a dash for a missing value', async () => {
  const frame = new DataFrame([
    { tenant: 'a<b>', rows: 1234, rate: 0.0312 },
    { tenant: 'c', rows: 5, rate: Number.NaN },
  ]);
  await table(frame, { rows: count, rate: percent });
  expect(shown[0]!['text/plain']).toBe('tenant   rows   rate\na<b>    1,234  3.1 %\nc           5      –');
  expect(shown[0]!['text/html']).toMatch(/a&lt;b&gt;.+text-align:right">1,234<.+>3\.1 %<.+>–</s);
});
