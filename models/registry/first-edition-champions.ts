import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Failure, OperationFailed } from '../../features/contract/failure.ts';
import { modelScopeSchema } from '../artefact/artefact.ts';
import type { ScopeRecord } from './champion-record.ts';
import { type FirstEditionAliases, readFirstEditionAliases } from './first-edition-aliases.ts';
import { ownScope, type ServedScope, scopeText } from './served-scope.ts';

/** What a home of the first edition says of one scope. */
export interface AssumedScope {
  readonly scope: ServedScope;
  /** Null where several models claim the scope. */
  readonly record: ScopeRecord | null;
  readonly failure: Failure | null;
}

export interface FirstEdition {
  readonly scopes: readonly AssumedScope[];
  /** Champions of which nobody can say what they served. */
  readonly unplaced: readonly Failure[];
}

interface Claim {
  readonly name: string;
  readonly scope: ServedScope;
  readonly aliases: FirstEditionAliases;
}

/**
 * Reads the aliases that each model name used to have. A scope that one name claims keeps that champion; where several
 * do, which of them served depended on when each was promoted, so somebody has to say which is meant.
 */
export async function readFirstEdition(
  directory: string,
  modelNames: readonly string[],
): Promise<FirstEdition> {
  const claims: Claim[] = [];
  const unplaced: Failure[] = [];
  for (const name of modelNames) {
    try {
      const aliases = await readFirstEditionAliases(join(directory, name));
      const champion = aliases?.champions.at(-1);
      if (aliases === null || champion === undefined) continue;
      claims.push({ name, aliases, scope: await scopeOf(directory, name, champion) });
    } catch (error) {
      if (!(error instanceof OperationFailed)) throw error;
      unplaced.push(error);
    }
  }
  const byScope = new Map<string, Claim[]>();
  for (const claim of claims) {
    const text = scopeText(claim.scope);
    byScope.set(text, [...(byScope.get(text) ?? []), claim]);
  }
  return { scopes: [...byScope.values()].map(assumed), unplaced };
}

function assumed(claims: readonly Claim[]): AssumedScope {
  const [{ scope, name, aliases }, ...others] = claims as [Claim, ...Claim[]];
  const text = scopeText(scope);
  if (others.length > 0) {
    const rivals = claims.map((claim) => `${claim.name}@${claim.aliases.champions.at(-1)}`);
    return {
      scope,
      record: null,
      failure: new OperationFailed({
        where: `champion of ${text}`,
        what: `${rivals.join(' and ')} are each champion under their own name, and a scope has one`,
        remedy: `say which serves with \`churn models promote NAME@VERSION --scope ${text} --reason TEXT\``,
      }),
    };
  }
  const reference = (version: string) => ({ name, version });
  const champion = aliases.champions.at(-1)!;
  return {
    scope,
    failure: null,
    record: {
      scope,
      revision: 0,
      champions: aliases.champions.map(reference),
      challenger: aliases.challenger === null ? null : reference(aliases.challenger),
      latest: null,
      assumption:
        scope.kind === 'table'
          ? null
          : `champion of ${text}: ${name}@${champion} is assumed, since no other model of the scope was champion; ` +
            `\`churn models promote ${name}@${champion} --scope ${text} --reason TEXT\` records it`,
    },
  };
}

const scopedSchema = z.object({ scope: modelScopeSchema });

async function scopeOf(directory: string, name: string, version: string): Promise<ServedScope> {
  for (const file of ['model.json', 'card.json']) {
    const text = await readFile(join(directory, name, version, file), 'utf8').catch(() => '');
    const parsed = scopedSchema.safeParse(parseJson(text));
    if (parsed.success) return ownScope(parsed.data.scope, name);
  }
  throw new OperationFailed({
    where: join(directory, name, version),
    what: 'was champion and is damaged, so nobody knows which scope it served',
    remedy: `say which version serves with \`churn models promote NAME@VERSION --reason TEXT\`, and delete ${join(name, 'aliases.json')}`,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
