import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAst } from 'vitest/node';
import { aggregateOrJoin } from './aggregates-or-joins.ts';

/*
 * All transformation is dbt's: no SQL of the application aggregates or joins. What loads rows may count them and look for
 * doubles, and what reads a file may number its lines; each such text is named here with its reason.
 */
const ALLOWED: readonly { readonly file: string; readonly text: RegExp; readonly reason: string }[] = [
  {
    file: 'features/warehouse/duckdb/row-counts.ts',
    text: /^select count\(\*\) from \{\}$/,
    reason: 'counts rows on their way into a table, to compare with what was asked',
  },
  {
    file: 'features/warehouse/duckdb/copy-database.ts',
    text: /^select sum\(hash\(every_row\)\)::varchar from \{\} as every_row$/,
    reason: 'compares a copied table with the one that it was copied from',
  },
  {
    file: 'features/warehouse/duckdb/check-staged-rows.ts',
    text: /^select \{\} from \{\} group by \{\} having count\(\*\) > 1 order by \{\}$/,
    reason: 'finds keys that come twice in rows that are refused',
  },
  {
    file: 'features/warehouse/duckdb/run-transformation.ts',
    text: /^select \{\} from \{\} group by \{\} having count\(\*\) > 1 limit 1$/,
    reason: 'finds a key that stands for two rows of a table that was built, before it is committed',
  },
  {
    file: 'features/warehouse/duckdb/portions.ts',
    text: /^select cast\(\{\} as varchar\), typeof\(\{\}\), count\(\*\) from \{\}\s+where \{\} is not null group by \{\} order by \{\}$/,
    reason: 'counts rows, to build a large table in portions of about one size',
  },
  {
    file: 'features/warehouse/change-sql.ts',
    text: /^select \*, rank\(\) over \(partition by \{\} order by \{\} desc\) as \{\} from \{\}$/,
    reason: 'finds the version of a key that was loaded last, to see whether a loaded row differs from it',
  },
  {
    file: 'features/warehouse/change-sql.ts',
    text: /^select \*, rank\(\) over \(partition by \{\} order by \{\} desc\) as \{\} from \{\} where \{\}$/,
    reason: 'finds the latest revision of a key, to see whether a row to be written differs from it',
  },
  {
    file: 'features/warehouse/change-sql.ts',
    text: /^select \{\} from \{\} s left join \(\{\}\) t on \{\} where \{\}$/,
    reason: 'compares rows to be written with the latest revision of their key',
  },
  {
    file: 'features/warehouse/snowflake/apply-change.ts',
    text: /^select count\(\*\) as "ROW_COUNT" from \{\} where \{\}$/,
    reason: 'counts the partition that was written, before it is committed',
  },
  {
    file: 'features/files/reading-sql.ts',
    text: /row_number\(\) over \(\) as "number of the row"/,
    reason: 'numbers the lines of a file, so that a bad one can be named',
  },
  {
    file: 'features/files/occurrences.ts',
    text: /^row_number\(\) over \(partition by "\{\}" is null, \{\} order by \{\}\)$/,
    reason: 'numbers the rows of a file that have no id to be told apart by',
  },
];

const root = join(import.meta.dirname, '..', '..');
const rooms = ['features', 'models', 'training', 'serving', 'stats', 'cli'];
const files = rooms.flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/^dbt[\\/]/.test(name))
    .map((name) => `${room}/${name.replaceAll('\\', '/')}`),
);

describe('SQL outside dbt', () => {
  const texts = files.flatMap((file) =>
    textsOf(readFileSync(join(root, file), 'utf8'), file).map((text) => ({ file, text })),
  );

  test('there is SQL to check', () => {
    expect(texts.filter(({ text }) => /\bselect\b/.test(text)).length).toBeGreaterThan(15);
  });

  test('neither aggregates nor joins', () => {
    const found = texts.filter(({ text }) => aggregateOrJoin(text) !== undefined);
    const breaches = found.filter(
      ({ file, text }) => !ALLOWED.some((one) => one.file === file && one.text.test(text)),
    );
    expect(breaches.map(({ file, text }) => `${file}: ${text.slice(0, 200)}`)).toEqual([]);
  });

  test('every exception is still there', () => {
    for (const { file, text, reason } of ALLOWED)
      expect(
        texts.some((one) => one.file === file && text.test(one.text)),
        `${file}: ${reason}`,
      ).toBe(true);
  });
});

test.each([
  'select tenant_id, sum(mrr) from "raw"."subscriptions"',
  'select a from t group by a',
  'select * from a join b on a.id = b.id',
  'select * from a inner join {} using (id)',
  'select * from {} left join {} on {}',
  'select x, row_number() over (partition by y order by z) from t',
  'select a from t union all select b from u',
  'select t.a, u.b from {} t, {} u where t.id = u.id',
  'select a from t qualify x = 1',
])('a breach would be seen: %s', (sql) => {
  expect(aggregateOrJoin(sql)).toBeDefined();
});

test.each([
  'select "account_id" from "raw"."accounts" where "tenant_id" = ? order by "account_id"',
  'merge into {} t using {} s on t.a = s.a when matched and ({}) then update set {} when not matched then insert ({}) values ({})',
  'delete from {} where {} and not exists (select 1 from {} s where {})',
  'copy into {} from (select {} from {}) file_format = (type = parquet) header = true',
  'give the least, or the most (of all), and join the others',
])('no breach: %s', (sql) => {
  expect(aggregateOrJoin(sql)).toBeUndefined();
});

/** Every text of a source file; what is filled in at run time is `{}`. */
function textsOf(source: string, file: string): string[] {
  const texts: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const child of node) visit(child);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const { type, value, quasis } = node as {
      type?: string;
      value?: unknown;
      quasis?: { value: { cooked: string } }[];
    };
    if (type === 'Literal' && typeof value === 'string') texts.push(value);
    if (type === 'TemplateLiteral') texts.push(quasis!.map((part) => part.value.cooked).join('{}'));
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(source, { lang: file.endsWith('x') ? 'tsx' : 'ts' }));
  return texts;
}
