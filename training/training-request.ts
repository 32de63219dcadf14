import type { AsOfDate } from '../features/contract/as-of-date.ts';
import type { LabelledFrame } from '../features/contract/feature-frame.ts';
import type { FeatureSet } from '../features/contract/feature-set.ts';
import type { FamilyName } from '../models/families/families.ts';
import type { ModelRegistry } from '../models/registry/model-registry.ts';
import type { Placement } from '../models/registry/place-version.ts';
import type { ModelScope } from '../models/scoring/scoring-model.ts';

export interface TrainingRequest {
  readonly labelled: LabelledFrame;
  readonly featureSet: FeatureSet;
  readonly scope: ModelScope;
  /** Model name in the registry. */
  readonly name: string;
  /** `auto` trains every family and blends them as rows that trained none of them say. */
  readonly family: 'auto' | FamilyName;
  /** Whether networks also learn features of weekly counts, where the feature set has any. */
  readonly sequence?: boolean | undefined;
  /**
   * Whether risk only goes with each feature as the feature set declares, all else equal. Only families that can be held
   * to that take part.
   */
  readonly monotone?: boolean | undefined;
  readonly seed: number;
  readonly registry: ModelRegistry;
  readonly clock: () => Date;
  /** Identity of the data, e.g. the snapshot's content hash. */
  readonly snapshotHash: string;
  /** Days between slices instead of each label's own window. */
  readonly embargoDays?: number | undefined;
  readonly testFrom?: AsOfDate | undefined;
  readonly testTenants?: readonly string[] | undefined;
  /** Training stops early, with what it has, when it would take longer. */
  readonly budgetSeconds?: number | undefined;
  /** What the version may become; without it, an experiment. */
  readonly placement?: Placement | undefined;
  readonly gitCommit?: string | null;
  /** One short line per step. */
  readonly onProgress?: (message: string) => void;
}
