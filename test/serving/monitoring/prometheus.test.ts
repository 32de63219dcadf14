import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { exposedMetrics } from '../http/telemetry/exposed-metrics.ts';

/* What the rules do is tested by promtool, in npm run test:python. */

const rules = z
  .object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            alert: z.string().startsWith('Churn'),
            expr: z.string(),
            labels: z.object({ severity: z.enum(['page', 'ticket']) }),
            annotations: z.object({ summary: z.string(), description: z.string(), page: z.string() }),
          }),
        ),
      }),
    ),
  })
  .parse(parse(readFileSync('serving/monitoring/prometheus/rules.yml', 'utf8')))
  .groups.flatMap((group) => group.rules);

it('ask for series that the service exposes, with labels that it gives them', async () => {
  const exposed = await exposedMetrics();
  const asked = rules.flatMap(({ expr }) =>
    Array.from(expr.matchAll(/\b((?:churn|http_server)_\w+)(?:\{([^}]*)\})?/g), ([, name, labels = '']) => ({
      name: name!,
      labels: Array.from(labels.matchAll(/(\w+)=/g), ([, label]) => label!),
    })),
  );
  expect(new Set(asked.map(({ name }) => name)).size).toBeGreaterThan(7);
  for (const { name, labels } of asked) {
    const series = exposed.split('\n').filter((line) => line.startsWith(`${name}{`));
    expect(series, name).not.toEqual([]);
    for (const label of labels) expect(series[0]).toContain(`${label}="`);
  }
  const outcomes = rules.flatMap(({ expr }) =>
    Array.from(expr.matchAll(/outcome=~?"([^"]+)"/g), ([, of]) => of!.split('|')),
  );
  for (const outcome of outcomes.flat()) expect(exposed).toContain(`{outcome="${outcome}"`);
});

it('point to a section of a page that is there', () => {
  for (const { annotations } of rules) {
    const [, page, section] = /^(docs\/[\w-]+\.md), (.+)$/.exec(annotations.page)!;
    expect(readFileSync(page!, 'utf8')).toContain(`### ${section}\n`);
  }
});
