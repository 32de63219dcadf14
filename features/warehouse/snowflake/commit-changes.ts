import type { OperationFailed } from '../../contract/failure.ts';
import type { ChangeOutcome } from '../warehouse.ts';
import { applyChange } from './apply-change.ts';
import type { PreparedChange } from './prepare-change.ts';
import { retry } from './retry.ts';
import { CommitUnknown, TransientFailure } from './snowflake-failure.ts';
import type { SnowflakeOptions } from './snowflake-options.ts';
import type { SnowflakeSession } from './snowflake-session.ts';
import type { SnowflakeSessions } from './snowflake-sessions.ts';
import { uploadChange } from './upload-change.ts';

/** Commits all changes or none. Retried on a new session for as long as nothing can have been committed. */
export async function commitChanges(
  sessions: SnowflakeSessions,
  options: SnowflakeOptions,
  prepared: readonly PreparedChange[],
): Promise<readonly ChangeOutcome[]> {
  const isRepeatable = prepared.every(({ change }) => change.mode !== 'append');
  return retry(options, async () => {
    try {
      return await sessions.write((session) => commitOnce(session, options, prepared));
    } catch (error) {
      // Merging the same rows again changes nothing, so a commit of unknown outcome may be repeated.
      if (error instanceof CommitUnknown && isRepeatable) throw new TransientFailure(detailOf(error));
      throw error;
    }
  });
}

async function commitOnce(
  session: SnowflakeSession,
  options: SnowflakeOptions,
  prepared: readonly PreparedChange[],
): Promise<readonly ChangeOutcome[]> {
  const uploaded = [];
  for (const change of prepared) uploaded.push(await uploadChange(session, options, change));
  await session.execute('begin transaction');
  const outcomes: ChangeOutcome[] = [];
  try {
    for (const change of uploaded) outcomes.push(await applyChange(session, change));
  } catch (error) {
    await session.execute('rollback').catch(() => undefined);
    throw error;
  }
  try {
    await session.execute('commit');
  } catch (error) {
    if (!(error instanceof TransientFailure)) throw error;
    throw new CommitUnknown({
      ...detailOf(error),
      remedy: 'it may have taken effect: run it again, rows that are there already are left as they are',
    });
  }
  for (const { temporaryTable } of uploaded)
    if (temporaryTable !== null)
      await session.execute(`drop table if exists ${temporaryTable}`).catch(() => undefined);
  return outcomes;
}

function detailOf({ where, what, remedy, cause }: OperationFailed) {
  return { where, what, remedy, cause };
}
