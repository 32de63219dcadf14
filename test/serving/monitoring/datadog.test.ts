import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { exposedMetrics } from '../http/telemetry/exposed-metrics.ts';
import { pushedMetrics } from './pushed-metrics.ts';

const folder = 'serving/monitoring/datadog';
const read = (name: string): unknown => JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8'));

const monitors = z
  .array(
    z.object({
      name: z.string(),
      type: z.literal('query alert'),
      query: z.string(),
      message: z.string().min(40),
      tags: z.array(z.string()),
      options: z.object({ thresholds: z.object({ critical: z.number() }) }),
    }),
  )
  .parse(read('monitors'));

const objectives = z
  .array(
    z.object({
      name: z.string(),
      type: z.enum(['metric', 'time_slice']),
      thresholds: z.array(z.object({ timeframe: z.string(), target: z.number().max(100) })).min(1),
    }),
  )
  .parse(read('slos'));

describe('monitors and objectives', () => {
  it('ask for metrics that the service has, or the night sends', async () => {
    const exposed = await exposedMetrics();
    const pushed = await pushedMetrics();
    const text = JSON.stringify([read('monitors'), read('slos'), read('dashboard')]);
    const asked = new Set(
      Array.from(
        text.matchAll(/[a-z0-9)]:((?:http|churn|process)\.[a-z._]+)\{service:([\w-]+)/g),
        ([, name, service]) => `${service} ${name}`,
      ),
    );
    expect(asked.size).toBeGreaterThanOrEqual(12);
    for (const one of asked) {
      const [service, name] = one.split(' ') as [string, string];
      if (service === 'churn-nightly') expect(pushed).toContain(name);
      else expect(exposed).toMatch(new RegExp(`^${name.replaceAll('.', '_')}[_{]`, 'm'));
    }
  });

  it('alert where the query says, and point to a section of the operations page', () => {
    for (const { query, options, message } of monitors) {
      expect(query).toMatch(new RegExp(`[<>] ${options.thresholds.critical}$`));
      const [, page, section] = /(docs\/\w+\.md), ([^.]+)\./.exec(message) ?? [];
      if (page !== undefined) expect(readFileSync(page, 'utf8')).toContain(`### ${section}\n`);
    }
    expect(objectives.map(({ name }) => name)).toHaveLength(3);
  });
});
