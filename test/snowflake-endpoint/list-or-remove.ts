import { basename } from 'node:path';
import { type ResultSet, resultOf } from './result-set.ts';
import type { Session } from './session.ts';
import type { TokenReader } from './sql-tokens.ts';
import { stagePrefix } from './stage-prefix.ts';
import type { StatementWorld } from './statement-world.ts';

/** LIST and REMOVE of a stage's files. */
export function listOrRemove(session: Session, reader: TokenReader, world: StatementWorld): ResultSet {
  const removes = reader.next().value === 'remove';
  const stage = reader.next();
  const prefix = stagePrefix(session, stage, world, removes ? 'WRITE' : 'READ');
  reader.done();
  const keys = world.storage.keysUnder(prefix);
  const shown = keys.map((key) => key.slice(key.indexOf('/') + 1));
  if (removes) {
    for (const key of keys) world.storage.remove(key);
    return resultOf({ name: shown, result: keys.map(() => 'removed') });
  }
  const described = keys.map((key) => world.storage.describe(key)!);
  // A named stage's files are listed with the stage's own name in front, a user stage's without.
  const isUserStage = stage.text.startsWith('@~');
  return resultOf({
    name: isUserStage ? shown : keys.map((key, index) => `${stageName(key)}/${shown[index]}`),
    size: described.map(({ size }) => size),
    md5: described.map(({ digest }) => digest),
    last_modified: described.map(({ storedAt }) => storedAt.toUTCString()),
  });
}

function stageName(key: string): string {
  return basename(key.split('/')[0]!).split('.').at(-1)!.toLowerCase();
}
