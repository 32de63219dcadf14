import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { platformEvents } from '../../../features/ingest/raw-tables.ts';
import type { TableDefinition } from '../../../features/warehouse/warehouse.ts';
import { accountChurnScores } from '../../../serving/scores-mart/account-churn-scores.ts';
import { scoreRuns } from '../../../serving/scores-mart/score-runs.ts';

/* The part of monitors as code that is used, after https://docs.getmontecarlo.com/docs/custom-sql. Queries run in test:python. */
const customSql = z.strictObject({
  name: z.string().regex(/^churn_[a-z_]+$/),
  description: z.string().max(512),
  sql: z.string().regex(/^SELECT /),
  schedule: z.strictObject({ type: z.literal('fixed'), interval_minutes: z.int().min(60) }),
  alert_conditions: z
    .array(
      z.strictObject({
        type: z.literal('threshold'),
        operator: z.enum(['GT', 'LT']),
        threshold_value: z.number(),
      }),
    )
    .length(1),
});

const { custom_sql: monitors } = z
  .strictObject({ montecarlo: z.strictObject({ custom_sql: z.array(customSql).min(1) }) })
  .parse(parse(readFileSync('serving/monitoring/montecarlo/monitors.yml', 'utf8'))).montecarlo;

it('is a project with these monitors', () => {
  const project = parse(readFileSync('serving/monitoring/montecarlo/montecarlo.yml', 'utf8'));
  expect(project).toEqual({ version: 1, namespace: 'churn', include_file_patterns: ['monitors.yml'] });
  expect(new Set(monitors.map(({ name }) => name)).size).toBe(monitors.length);
});

it('has neither comments nor semicolons, and points to a section of a page that is there', () => {
  for (const { sql, description } of monitors) {
    expect(sql).not.toMatch(/;|--|\/\*/);
    const [, page, section] = /Steps: (docs\/\S+\.md), (.+)\.$/.exec(description)!;
    expect(readFileSync(page!, 'utf8')).toContain(`### ${section}\n`);
  }
});

it('asks for tables and columns that are there', () => {
  const known = new Map<string, TableDefinition>(
    [scoreRuns, accountChurnScores, platformEvents].map((table) => [
      `${table.relation.schema}.${table.relation.name}`.toUpperCase(),
      table,
    ]),
  );
  const keywords =
    /^(SELECT|FROM|WHERE|AND|AS|IFF|NULL|COUNT|COUNT_IF|DISTINCT|MAX|COALESCE|NULLIF|DATEDIFF|DATEADD|SYSDATE|GROUP|BY|HAVING|CROSS|JOIN)$/;
  const names = new Set(['S', 'N', 'NEWEST', 'LATE', 'SCORES', 'RAW']);
  for (const { sql, name } of monitors) {
    const tables = Array.from(sql.matchAll(/\b(SCORES|RAW)\.[A-Z_]+/g), ([table]) => table);
    expect(tables.length, name).toBeGreaterThan(0);
    for (const table of tables) expect([...known.keys()]).toContain(table);
    const columns = new Set(
      tables.flatMap((table) => known.get(table)!.columns.map((column) => column.name.toUpperCase())),
    );
    const words = Array.from(sql.replace(/'[^']*'/g, '').matchAll(/[A-Z_]+/g), ([word]) => word);
    const unknown = words.filter(
      (word) =>
        !keywords.test(word) &&
        !names.has(word) &&
        !columns.has(word) &&
        !tables.some((table) => table.endsWith(`.${word}`)),
    );
    expect(unknown, name).toEqual([]);
  }
});
