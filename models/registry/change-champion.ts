import { BadInput, Failure, OperationFailed } from '../../features/contract/failure.ts';
import { jsonFile } from '../artefact/artefact-files.ts';
import type { ChampionLog } from './champion-log.ts';
import {
  type ChampionChange,
  type ChangeNote,
  championBefore,
  championOf,
  isSameVersion,
  nextChange,
  type ScopeRecord,
} from './champion-record.ts';
import type { Champions } from './champions.ts';
import type { Promotion } from './model-registry.ts';
import { type ServedScope, scopeKey, scopeText } from './served-scope.ts';
import type { VersionReference } from './version-reference.ts';

/** How often a change that somebody else got ahead of is decided anew. */
const ATTEMPTS = 20;
/** Past champions that are kept to roll back to. */
const MOST_CHAMPIONS = 50;

export interface ChampionChanges {
  readonly log: ChampionLog;
  readonly champions: () => Promise<Champions>;
  readonly clock: () => Date;
}

/** @returns null where it serves already, or where somebody does and `unlessServed` is asked for */
export function promoteChampion(
  changes: ChampionChanges,
  scope: ServedScope,
  subject: VersionReference,
  { by, reason, unlessServed = false, comparison = null, forced = false }: Promotion,
): Promise<ChampionChange | null> {
  return change(changes, scope, (champions) => {
    // Whoever names the champion mends a record that nobody can read; whoever only fills a gap does not.
    const record = unlessServed ? champions.recordOf(scope) : readableRecord(champions, scope);
    const champion = championOf(record);
    if (unlessServed && champion !== undefined) return null;
    const serves = isSameVersion(champion, subject);
    if (serves && record?.assumption === null) return null;
    const earlier = record?.champions ?? [];
    return nextChange(scope, record, {
      action: 'promote',
      subject,
      by,
      reason,
      forced,
      comparison,
      champions: (serves ? [...earlier] : [...earlier, subject]).slice(-MOST_CHAMPIONS),
      // A challenger that won is no challenger any more.
      challenger: isSameVersion(record?.challenger, subject) ? null : (record?.challenger ?? null),
    });
  });
}

/** @returns null where it is the challenger already */
export function setChallenger(
  changes: ChampionChanges,
  scope: ServedScope,
  subject: VersionReference,
  { by, reason }: ChangeNote,
): Promise<ChampionChange | null> {
  return change(changes, scope, (champions) => {
    const record = champions.recordOf(scope);
    if (isSameVersion(record?.challenger, subject)) return null;
    return nextChange(scope, record, { action: 'challenge', subject, by, reason, challenger: subject });
  });
}

/** @throws BadInput where the scope has had one champion only */
export async function rollbackChampion(
  changes: ChampionChanges,
  scope: ServedScope,
  { by, reason }: ChangeNote,
): Promise<ChampionChange> {
  const changed = await change(changes, scope, (champions) => {
    const record = champions.recordOf(scope);
    const subject = championBefore(record);
    if (record === undefined || subject === undefined)
      throw new BadInput({
        where: `champion of ${scopeText(scope)}`,
        what:
          championOf(record) === undefined
            ? 'nothing was ever promoted, there is nothing to roll back'
            : 'has had one champion only, there is nothing to roll back to',
        remedy: 'choose a version with `churn models promote`',
      });
    return nextChange(scope, record, {
      action: 'rollback',
      subject,
      by,
      reason,
      champions: record.champions.slice(0, -1),
    });
  });
  return changed!;
}

async function change(
  { log, champions, clock }: ChampionChanges,
  scope: ServedScope,
  decide: (champions: Champions) => Omit<ChampionChange, 'at'> | null,
): Promise<ChampionChange | null> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const now = await champions();
    const decided = decide(now);
    if (decided === null) return null;
    const changed = { ...decided, at: clock().toISOString() };
    const content = jsonFile(changed).toString('utf8');
    if (await log.append(scopeKey(scopeText(scope)), now.revisionOf(scope), content)) return changed;
  }
  throw new OperationFailed({
    where: `champion of ${scopeText(scope)}`,
    what: `others changed it ${ATTEMPTS} times in a row`,
    remedy: 'try again in a minute',
  });
}

function readableRecord(champions: Champions, scope: ServedScope): ScopeRecord | undefined {
  try {
    return champions.recordOf(scope);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
