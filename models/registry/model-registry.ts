import type { ModelArtefact } from '../artefact/artefact.ts';
import type { ModelCard } from '../artefact/model-card.ts';
import type { ModelScope, ScoringModel } from '../scoring/scoring-model.ts';

/** `champion` serves; `challenger` is the one being compared. */
export const ALIASES = ['champion', 'challenger'] as const;

export type Alias = (typeof ALIASES)[number];

export interface VersionReference {
  readonly name: string;
  readonly version: string;
}

export interface VersionSummary extends VersionReference {
  readonly aliases: readonly Alias[];
  readonly scope: ModelScope;
  readonly card: ModelCard;
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

/** Keeps model versions: immutable, content-hashed, verified at every load; aliases move atomically. */
export interface ModelRegistry {
  /** Stores a version. Equal inputs hash under the same name: keeps the version that is there. */
  register(
    name: string,
    content: { artefact: ModelArtefact; card: ModelCard; report: string },
  ): Promise<Registration>;
  /** The version trained from exactly these inputs, if there is one. */
  findByInputs(name: string, inputsHash: string): Promise<string | undefined>;
  /** Every version, by name and then age. */
  list(): Promise<VersionSummary[]>;
  /** @throws BadInput for a name, version or alias that does not exist; OperationFailed for a damaged one */
  load(name: string, versionOrAlias: string): Promise<LoadedModel>;
  promote(name: string, version: string, alias?: Alias): Promise<void>;
  /** Makes the champion before this one the champion again; says which. @throws BadInput when there is none */
  rollback(name: string): Promise<string>;
  /** Checks every version's files against their hashes; of one model where a name is given. */
  verify(name?: string): Promise<VerifiedVersion[]>;
  /** The champion of the narrowest scope that has one: tenant, then all tenants; the operator's accounts take operator. */
  championFor(scope: ModelScope): Promise<VersionReference | undefined>;
}
