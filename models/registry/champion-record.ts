import { z } from 'zod';
import { comparisonSchema } from './comparison.ts';
import { type ServedScope, scopeText } from './served-scope.ts';
import type { VersionReference } from './version-reference.ts';

const referenceSchema = z.object({ name: z.string().min(1), version: z.string().min(1) });

/** One change of who serves a scope, with what holds after it. Written once and never changed. */
export const championChangeSchema = z.object({
  format: z.literal(1),
  scope: z.string().min(1),
  at: z.string(),
  action: z.enum(['promote', 'rollback', 'challenge']),
  /** What was promoted, rolled back to, or set to be compared. */
  subject: referenceSchema,
  /** Who served before. */
  previous: referenceSchema.nullable(),
  by: z.string(),
  reason: z.string(),
  /** Against what a gate said. */
  forced: z.boolean(),
  comparison: comparisonSchema.nullable(),
  /** Past and present champions: the last one serves, a rollback takes it off. */
  champions: z.array(referenceSchema),
  challenger: referenceSchema.nullable(),
});

export type ChampionChange = z.infer<typeof championChangeSchema>;

/** Who changes a champion, and why. */
export interface ChangeNote {
  /** A person or a job. */
  readonly by: string;
  readonly reason: string;
}

/** What holds for one scope. */
export interface ScopeRecord {
  readonly scope: ServedScope;
  /** How many changes were recorded. */
  readonly revision: number;
  /** Past and present ones, the present one last; empty where only a challenger was set. */
  readonly champions: readonly VersionReference[];
  readonly challenger: VersionReference | null;
  /** The change that made it so; null where none was recorded. */
  readonly latest: ChampionChange | null;
  /** What had to be assumed, as a sentence: nobody recorded it. */
  readonly assumption: string | null;
}

export function championOf(record: ScopeRecord | undefined): VersionReference | undefined {
  return record?.champions.at(-1);
}

/** The one that a rollback would bring back. */
export function championBefore(record: ScopeRecord | undefined): VersionReference | undefined {
  return record?.champions.at(-2);
}

/** The change that follows a record; what it does not name stays. */
export function nextChange(
  scope: ServedScope,
  record: ScopeRecord | undefined,
  change: Pick<ChampionChange, 'action' | 'subject' | 'by' | 'reason'> & Partial<ChampionChange>,
): Omit<ChampionChange, 'at'> {
  return {
    format: 1,
    scope: scopeText(scope),
    previous: championOf(record) ?? null,
    forced: false,
    comparison: null,
    champions: [...(record?.champions ?? [])],
    challenger: record?.challenger ?? null,
    ...change,
  };
}

export function isSameVersion(left: VersionReference | null | undefined, right: VersionReference): boolean {
  return left?.name === right.name && left.version === right.version;
}
