import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperationFailed } from '../../contract/failure.ts';
import { makeTemporaryFolder } from '../../temporary/temporary-folder.ts';
import { sqlText } from '../duckdb/duckdb-types.ts';
import { WriteQueue } from '../write-queue.ts';
import { MODEL_STAGE, MODEL_STATES, quotedName } from './control-schema.ts';
import { retry } from './retry.ts';
import { SeenChanges } from './seen-changes.ts';
import type { SnowflakeOptions } from './snowflake-options.ts';
import type { SnowflakeSession } from './snowflake-session.ts';
import { SnowflakeSessions } from './snowflake-sessions.ts';

interface ModelState {
  readonly revision: number;
  readonly content: string;
}

/** Longer than a service waits between two looks. */
const IDLE_MILLISECONDS = 15 * 60_000;

/** Where every change of a state leaves a mark. Looking there starts no warehouse; no model's name begins so. */
const MARKS = `@${MODEL_STAGE}/_changes/`;

/** What a registry that several hosts share needs: model files on a Snowflake stage and one row of state per model. */
export function openSnowflakeModelStore(options: SnowflakeOptions, now: () => number = Date.now) {
  const queue = new WriteQueue();
  const sessions = new SnowflakeSessions(options);
  const close = () => void sessions.close();
  // A command that has come to its end.
  process.once('beforeExit', close);
  let atWork = 0;
  let idle: NodeJS.Timeout | undefined;
  /** Calls share a session. Nobody closes a registry, so the session closes when nothing has been asked of it for a while. */
  const inSession = async <Result>(work: (session: SnowflakeSession) => Promise<Result>): Promise<Result> => {
    atWork += 1;
    clearTimeout(idle);
    try {
      // In turn, and on a new session after a failure: what is asked here is safe to repeat.
      return await queue.run(() => retry(options, () => sessions.write(work)));
    } finally {
      atWork -= 1;
      if (atWork === 0) idle = setTimeout(close, IDLE_MILLISECONDS).unref();
    }
  };
  const table = quotedName(MODEL_STATES);

  const seen = new SeenChanges<ReadonlyMap<string, ModelState>>(now);

  return {
    states: (): Promise<ReadonlyMap<string, ModelState>> =>
      inSession(async (session) => {
        const { rows: marks } = await session.execute(`list ${MARKS}`);
        const known = seen.under(JSON.stringify(marks));
        if (known !== undefined) return known;
        const { rows } = await session.execute(
          `select "NAME", "REVISION", "STATE" from ${table} order by "NAME"`,
        );
        const states = new Map(
          rows.map(([name, revision, content]) => [
            String(name),
            { revision: Number(revision), content: String(content) },
          ]),
        );
        seen.keep(states);
        return states;
      }),

    async replaceState(name: string, revision: number, content: string): Promise<boolean> {
      let isRepeated = false;
      return inSession(async (session) => {
        // An earlier attempt may have succeeded although its answer was lost.
        if (isRepeated && (await stateOf(session, table, name))?.content === content) return true;
        isRepeated = true;
        await markChange(session);
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

/** Before the change: killed in between, it has readers read once too often, and never too seldom. */
async function markChange(session: SnowflakeSession): Promise<void> {
  const folder = makeTemporaryFolder(tmpdir(), 'scratch');
  try {
    writeFileSync(join(folder, 'latest'), randomUUID());
    await session.transfer(
      `put ${sqlText(`file://${folder}/latest`)} ${MARKS} auto_compress = false overwrite = true`,
      'UPLOADED',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
