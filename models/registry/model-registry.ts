import type { ModelArtefact } from '../artefact/artefact.ts';
import type { HeldOutScores } from '../artefact/held-out-scores.ts';
import type { ModelCard } from '../artefact/model-card.ts';
import type { ModelScope, ScoringModel } from '../scoring/scoring-model.ts';
import type { ChampionChange, ChangeNote } from './champion-record.ts';
import type { Champions } from './champions.ts';
import type { Comparison } from './comparison.ts';
import type { ServedScope } from './served-scope.ts';
import type { VersionReference } from './version-reference.ts';

/** `champion` serves a scope; `challenger` is the one it is compared with. */
export const ALIASES = ['champion', 'challenger'] as const;

export type Alias = (typeof ALIASES)[number];

export interface VersionSummary extends VersionReference {
  readonly aliases: readonly Alias[];
  /** The scopes that it serves now, as texts. */
  readonly serves: readonly string[];
  /** Whom it was trained for. */
  readonly scope: ModelScope;
  readonly card: ModelCard;
}

export interface VersionContent {
  readonly artefact: ModelArtefact;
  readonly card: ModelCard;
  readonly report: string;
  /** Without them a later version can be compared by scoring its rows again only. */
  readonly heldOut?: HeldOutScores;
}

export interface Registration {
  readonly version: string;
  /** The same inputs were registered before; nothing was written. */
  readonly existed: boolean;
}

export interface LoadedModel extends VersionReference {
  readonly model: ScoringModel;
  readonly artefact: ModelArtefact;
  readonly card: ModelCard;
}

export interface VerifiedVersion extends VersionReference {
  /** One sentence per damage; empty when the version is whole. */
  readonly problems: readonly string[];
}

export interface Promotion extends ChangeNote {
  /** Without it, the scope that the model was trained for. */
  readonly scope?: ServedScope | undefined;
  /** Only where nothing serves the scope yet. */
  readonly unlessServed?: boolean;
  /** Figures of the model and the champion before it on the same rows. */
  readonly comparison?: Comparison | null;
  /** Although a gate refused. */
  readonly forced?: boolean;
}

/** Keeps model versions: immutable, content-hashed, verified at every load. A scope has one champion at most. */
export interface ModelRegistry {
  /** Stores a version. Equal inputs hash under the same name: keeps the version that is there. */
  register(name: string, content: VersionContent): Promise<Registration>;
  /** The version trained from exactly these inputs, if there is one. */
  findByInputs(name: string, inputsHash: string): Promise<string | undefined>;
  /** Every version, by name and then age. */
  list(): Promise<VersionSummary[]>;
  /** @throws BadInput for a name, version or alias that does not exist; OperationFailed for a damaged one */
  load(name: string, versionOrAlias: string): Promise<LoadedModel>;
  /** What a version's recipe gave rows that its weights never saw; null for a version without. */
  heldOut(name: string, version: string): Promise<HeldOutScores | null>;
  /**
   * Removes a version; its number is not given again.
   * @throws BadInput for a champion, a challenger, or what a rollback would bring back
   */
  remove(name: string, version: string): Promise<void>;
  /** Checks every version's files against their hashes; of one model where a name is given. */
  verify(name?: string): Promise<VerifiedVersion[]>;
  /** Who serves which scope, read once: a promotion meanwhile does not change it. */
  champions(): Promise<Champions>;
  /**
   * Makes a version the champion of a scope.
   * @returns The change, or null where there was nothing to do
   * @throws BadInput for a model that was trained for another scope
   */
  promote(name: string, version: string, promotion: Promotion): Promise<ChampionChange | null>;
  /** Makes a version the one that its scope's champion is compared with; null where it is already. */
  challenge(
    name: string,
    version: string,
    note: ChangeNote & Pick<Promotion, 'scope'>,
  ): Promise<ChampionChange | null>;
  /** Makes the champion before this one the champion again. @throws BadInput when there is none */
  rollback(scope: ServedScope, note: ChangeNote): Promise<ChampionChange>;
  /** Who served a scope, change by change, oldest first. @throws OperationFailed where one cannot be read */
  history(scope: ServedScope): Promise<ChampionChange[]>;
}
