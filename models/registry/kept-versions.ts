import { BadInput } from '../../features/contract/failure.ts';
import { championBefore, championOf, isSameVersion } from './champion-record.ts';
import type { Champions } from './champions.ts';
import type { VersionReference } from './version-reference.ts';

/**
 * Why a version must not be removed, as a clause; null for one that may go.
 * @throws Failure where nobody can say who serves some scope
 */
export function whyKept({ entries }: Champions, version: VersionReference): string | null {
  for (const { scope, record, failure } of entries) {
    if (failure !== null) throw failure;
    if (record === null) continue;
    if (isSameVersion(championOf(record), version)) return `is champion of ${scope}`;
    if (isSameVersion(championBefore(record), version)) return `is what a rollback of ${scope} brings back`;
    if (isSameVersion(record.challenger, version)) return `is challenger of ${scope}`;
  }
  return null;
}

/** @throws BadInput for a version that must not be removed */
export function refuseKept(champions: Champions, version: VersionReference): void {
  const reason = whyKept(champions, version);
  if (reason === null) return;
  throw new BadInput({
    where: `model ${version.name}@${version.version}`,
    what: reason,
    remedy: 'promote another first, or keep it',
  });
}
