import { mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OperationFailed } from '../../contract/failure.ts';
import { sqlText } from '../duckdb/duckdb-types.ts';
import { MODEL_STAGE, MODEL_STATES, quotedName } from './control-schema.ts';
import { retry } from './retry.ts';
import type { SnowflakeOptions } from './snowflake-options.ts';
import { SnowflakeSession } from './snowflake-session.ts';

interface ModelState {
  readonly revision: number;
  readonly content: string;
}

/** What a registry that several hosts share needs: model files on a Snowflake stage and one row of state per model. */
export function openSnowflakeModelStore(options: SnowflakeOptions) {
  /** One session per call: a registry is read a few times an hour, and no session is left for a caller to close. */
  const inSession = <Result>(work: (session: SnowflakeSession) => Promise<Result>): Promise<Result> =>
    retry(options, async () => {
      const session = await SnowflakeSession.open(options);
      try {
        return await work(session);
      } finally {
        await session.close().catch(() => undefined);
      }
    });
  const table = quotedName(MODEL_STATES);

  return {
    states: (): Promise<ReadonlyMap<string, ModelState>> =>
      inSession(async (session) => {
        const { rows } = await session.execute(
          `select "NAME", "REVISION", "STATE" from ${table} order by "NAME"`,
        );
        return new Map(
          rows.map(([name, revision, content]) => [
            String(name),
            { revision: Number(revision), content: String(content) },
          ]),
        );
      }),

    async replaceState(name: string, revision: number, content: string): Promise<boolean> {
      let isRepeated = false;
      return inSession(async (session) => {
        // An earlier attempt may have succeeded although its answer was lost.
        if (isRepeated && (await stateOf(session, table, name))?.content === content) return true;
        isRepeated = true;
        if (revision === 0) {
          const made = await session.execute(
            `merge into ${table} t using (select ?::varchar as "NAME", ?::varchar as "STATE") s on t."NAME" = s."NAME" when not matched then insert ("NAME", "REVISION", "STATE") values (s."NAME", 1, s."STATE")`,
            [name, content],
          );
          return Number(made.rows[0]?.[0]) === 1;
        }
        // One statement finds the row and changes it, so only one of two hosts can succeed.
        const changed = await session.execute(
          `update ${table} set "REVISION" = ?::number(38, 0), "STATE" = ? where "NAME" = ? and "REVISION" = ?::number(38, 0)`,
          [revision + 1, content, name, revision],
        );
        return Number(changed.rows[0]?.[0]) === 1;
      });
    },

    upload: (folder: string, localFolder: string): Promise<void> =>
      inSession(async (session) => {
        const files = readdirSync(localFolder);
        const uploaded = await session.transfer(
          `put ${sqlText(`file://${localFolder}/*`)} ${stagePath(folder)} auto_compress = false overwrite = true`,
          'UPLOADED',
        );
        if (uploaded.rows.length !== files.length)
          throw session.transient(
            `${uploaded.rows.length} of ${files.length} files of ${folder} were uploaded`,
          );
      }),

    remove: (folder: string): Promise<void> =>
      inSession(async (session) => {
        await session.execute(`remove ${stagePath(folder)}`);
      }),

    download: (folder: string, localFolder: string): Promise<void> =>
      inSession(async (session) => {
        // Each attempt gets a new folder: a half-written file of an earlier one must not count as whole.
        const side = mkdtempSync(join(localFolder, 'try-'));
        const fetched = await session.transfer(
          `get ${stagePath(folder)} ${sqlText(`file://${side}/`)}`,
          'DOWNLOADED',
        );
        const names = readdirSync(side);
        if (names.length === 0)
          throw new OperationFailed({
            where: `stage ${MODEL_STAGE}`,
            what: `the files of ${folder} are missing`,
            remedy: 'roll back with `churn models rollback`, or train again',
          });
        if (
          names.length !== fetched.rows.length ||
          names.some((name) => statSync(join(side, name)).size === 0)
        )
          throw session.transient(`not all files of ${folder} arrived`);
        for (const name of names) renameSync(join(side, name), join(localFolder, name));
        for (const left of readdirSync(localFolder))
          if (left.startsWith('try-')) rmSync(join(localFolder, left), { recursive: true, force: true });
      }),
  };
}

async function stateOf(
  session: SnowflakeSession,
  table: string,
  name: string,
): Promise<ModelState | undefined> {
  const { rows } = await session.execute(`select "REVISION", "STATE" from ${table} where "NAME" = ?`, [name]);
  const row = rows[0];
  return row === undefined ? undefined : { revision: Number(row[0]), content: String(row[1]) };
}

function stagePath(folder: string): string {
  if (!/^[\w.-]+\/[\w-]+$/.test(folder)) throw new TypeError(`Not a folder of the model stage: ${folder}`);
  return `@${MODEL_STAGE}/${folder}/`;
}
