import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBValue } from '@duckdb/node-api';
import { z } from 'zod';
import { type ResultSet, resultOf } from './result-set.ts';
import type { Session } from './session.ts';
import { type Token, TokenReader } from './sql-tokens.ts';
import type { StageStorage } from './stage-storage.ts';
import { translateSql } from './translate-sql.ts';

export const sentBindsSchema = z.record(
  z.string(),
  z.object({
    type: z.enum(['TEXT', 'FIXED', 'REAL', 'BOOLEAN', 'VARIANT']),
    value: z.union([z.string(), z.null(), z.array(z.string().nullable())]),
  }),
);

export type SentBinds = z.infer<typeof sentBindsSchema>;

/** The binds of each execution: one for ordinary binds, one per row for arrays. */
export function bindValues(binds: SentBinds): { isArray: boolean; rows: DuckDBValue[][] } {
  const ordered = Object.entries(binds)
    .sort(([left], [right]) => Number(left) - Number(right))
    .map(([, bind]) => bind);
  const first = ordered[0]?.value;
  if (!Array.isArray(first))
    return {
      isArray: false,
      rows: [ordered.map(({ type, value }) => converted(type, value as string | null))],
    };
  return {
    isArray: true,
    rows: first.map((_, row) =>
      ordered.map(({ type, value }) => converted(type, (value as string[])[row] ?? null)),
    ),
  };
}

function converted(type: SentBinds[string]['type'], value: string | null): DuckDBValue {
  if (value === null) return null;
  if (type === 'FIXED') return BigInt(value);
  if (type === 'REAL') return Number(value);
  return type === 'BOOLEAN' ? value === 'true' : value;
}

/** `insert into T values (?, …)` over the CSV files that the client has put onto its bind stage. */
export async function loadStagedBinds(
  session: Session,
  tokens: readonly Token[],
  bindStage: string,
  storage: StageStorage,
): Promise<ResultSet> {
  const reader = new TokenReader(tokens);
  reader.expect('insert', 'into');
  const relation = reader.relation();
  const columns = reader.peek()?.text === '(' ? `(${translateSql(reader.bracketed())})` : '';
  reader.expect('values');
  const width = reader.bracketed().filter(({ kind }) => kind === 'bind').length;
  reader.done();
  const prefix = bindStage.replace(/^@/, `session-${session.id}/`);
  const folder = mkdtempSync(join(tmpdir(), 'endpoint-binds-'));
  try {
    let inserted = 0;
    for (const [index, key] of storage.keysUnder(prefix).entries()) {
      const plain = join(folder, `${index}.csv`);
      await storage.get(key, plain);
      const names = Array.from({ length: width }, (_, column) => `'c${column}': 'VARCHAR'`).join(', ');
      const { rowsChanged } = await session.connection.run(
        `insert into ${relation} ${columns} select * from read_csv('${plain}', header = false, auto_detect = false, quote = '"', escape = '"', delim = ',', columns = {${names}})`,
      );
      inserted += rowsChanged;
    }
    return resultOf({ 'number of rows inserted': [inserted] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
