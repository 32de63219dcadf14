import type { DuckDBConnection } from '@duckdb/node-api';
import { OperationFailed } from '../../contract/failure.ts';
import { type ContractColumn, type Relation, relationName } from '../warehouse.ts';

/**
 * Compares a relation that was just built with its contract: the same columns in the same order, of the same types.
 * @param contract empty for a model without one, which may come out as it likes
 * @throws OperationFailed naming every column that differs
 */
export async function checkContract(
  connection: DuckDBConnection,
  relation: Relation,
  contract: readonly ContractColumn[],
): Promise<void> {
  if (contract.length === 0) return;
  const built = await builtColumns(connection, relation);
  const declared = await Promise.all(
    contract.map(async ({ name, type }) => ({ name, type: await typeInEngine(connection, type) })),
  );
  const problems = differences(built, declared);
  if (problems.length === 0) return;
  throw new OperationFailed({
    where: relationName(relation),
    what: `the model does not keep its contract: ${problems.join('; ')}`,
    remedy:
      'nothing was changed; it is a defect of the dbt project, so mend the model or its contract and compile again',
  });
}

function differences(built: readonly ContractColumn[], declared: readonly ContractColumn[]): string[] {
  const types = new Map(built.map(({ name, type }) => [name, type]));
  const names = new Set(declared.map(({ name }) => name));
  const problems = [
    ...declared.flatMap(({ name, type }) => {
      const found = types.get(name);
      if (found === undefined) return [`column ${name} is missing`];
      return found === type ? [] : [`column ${name} is ${found}, the contract says ${type}`];
    }),
    ...built.flatMap(({ name }) => (names.has(name) ? [] : [`column ${name} is not in the contract`])),
  ];
  const first = declared.findIndex(({ name }, position) => built[position]?.name !== name);
  return problems.length === 0 && first !== -1
    ? [`column ${first + 1} is ${built[first]!.name}, the contract says ${declared[first]!.name}`]
    : problems;
}

async function builtColumns(
  connection: DuckDBConnection,
  { schema, name }: Relation,
): Promise<ContractColumn[]> {
  const found = await connection.runAndReadAll(
    `select column_name, data_type from duckdb_columns()
     where database_name = current_database() and schema_name = $1 and table_name = $2 order by column_index`,
    [schema, name],
  );
  return found.getRows().map(([column, type]) => ({ name: String(column), type: String(type) }));
}

/** dbt writes types in lower case and with synonyms; the engine has one name for each. */
async function typeInEngine(connection: DuckDBConnection, type: string): Promise<string> {
  const found = await connection.runAndReadAll(`select typeof(cast(null as ${type}))`);
  return String(found.getRows()[0]![0]);
}
