import { OperationFailed } from '../contract/failure.ts';
import { type Relation, relationName } from './warehouse.ts';

/** Says which command makes a relation that is not there, or lacks a column. */
export function missingRelation(relation: Relation, what: string): OperationFailed {
  const remedy =
    relation.schema === 'analytics'
      ? 'run `churn features build`'
      : relation.schema === 'scores'
        ? 'run `churn score`'
        : 'run `churn import`, or `churn demo` for simulated data';
  return new OperationFailed({ what, where: relationName(relation), remedy });
}
