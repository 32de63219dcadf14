import { OperationFailed } from '../../features/contract/failure.ts';
import { HORIZON_DAYS, labelColumn } from '../../features/contract/horizon.ts';
import { typicalAccount } from '../../models/encoding/typical-account.ts';
import type { LoadedModel } from '../../models/registry/model-registry.ts';
import type { ScoringModel } from '../../models/scoring/scoring-model.ts';
import { type SharedModel, shareModel } from '../what-if/shared-model.ts';

/** A model that answers what-if questions. */
export interface Champion {
  readonly model: ScoringModel;
  /** The same for the threads that score. */
  readonly shared: SharedModel;
}

/** Takes a loaded version into service. @throws OperationFailed for one that is intact but cannot serve */
export function championOf(loaded: LoadedModel): Champion {
  const { model, artefact } = loaded;
  const refused = (what: string) =>
    new OperationFailed({
      where: `model ${model.name} ${model.version}`,
      what,
      remedy: 'go back with `churn models rollback`, or train again',
    });
  const wanted = HORIZON_DAYS.map(labelColumn);
  if (model.targets.join() !== wanted.join())
    throw refused(`it predicts ${model.targets.join(', ')} where the service answers ${wanted.join(', ')}`);
  const { probabilities } = model.score(typicalAccount(artefact.encoders[0]!, model.featureSet), {
    driversPerRow: 1,
  });
  const horizons = probabilities.map((column) => column[0]!);
  const isSound = horizons.every((p, index) => p >= 0 && p <= 1 && p >= (horizons[index - 1] ?? 0));
  if (!isSound) throw refused(`it gives the typical account the probabilities ${horizons.join(', ')}`);
  return { model, shared: shareModel(loaded) };
}
