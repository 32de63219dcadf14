import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BadInput, Failure, OperationFailed } from '../../features/contract/failure.ts';
import { modelDescriptionSchema } from '../artefact/artefact.ts';
import { artefactFromFiles, artefactToFiles, jsonFile } from '../artefact/artefact-files.ts';
import { modelCardSchema } from '../artefact/model-card.ts';
import { createScoringModel } from '../scoring/score.ts';
import type { ModelScope } from '../scoring/scoring-model.ts';
import { type Aliases, changeAliases, readAliases } from './aliases.ts';
import type {
  Alias,
  LoadedModel,
  ModelRegistry,
  VersionReference,
  VersionSummary,
} from './model-registry.ts';
import { isSameScope, scopesServing } from './model-scopes.ts';
import { checkVersion, readManifest, readVerified, versionNames, writeVersion } from './version-directory.ts';

const MODEL_NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/i;

export interface LocalRegistryOptions {
  /** Holds one directory per model, which holds one per version. Made on the first registration. */
  readonly directory: string;
  readonly clock: () => Date;
}

/** The registry in a local directory: `<directory>/<name>/<version>/`. */
export function openLocalRegistry({ directory, clock }: LocalRegistryOptions): ModelRegistry {
  const directoryOf = (name: string): string => {
    if (!MODEL_NAME.test(name))
      throw new BadInput({
        where: `model name "${name}"`,
        what: 'has characters other than letters, digits, dot, dash and underscore',
        remedy: 'choose another with --name',
      });
    return join(directory, name);
  };

  async function modelNames(): Promise<string[]> {
    const entries = await readdir(directory, { withFileTypes: true }).catch(
      (cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT') return [];
        throw cause;
      },
    );
    return entries
      .filter((entry) => entry.isDirectory() && MODEL_NAME.test(entry.name))
      .map(({ name }) => name)
      .sort();
  }

  async function resolve(name: string, versionOrAlias: string): Promise<string> {
    const versions = await versionNames(directoryOf(name));
    if (versions.length === 0) throw unknown(name, 'does not exist', await modelNames());
    const aliases = await readAliases(directoryOf(name));
    const version = isAlias(versionOrAlias) ? aliasedVersion(aliases, versionOrAlias) : versionOrAlias;
    if (version === undefined) throw unknown(`${name}@${versionOrAlias}`, 'points nowhere yet', versions);
    if (!versions.includes(version)) throw unknown(`${name}@${version}`, 'does not exist', versions);
    return version;
  }

  const registry: ModelRegistry = {
    register: async (name, { artefact, card, report }) => {
      const { inputsHash } = artefact.description;
      const existing = await registry.findByInputs(name, inputsHash);
      if (existing !== undefined) return { version: existing, existed: true };
      try {
        const version = await writeVersion(directoryOf(name), inputsHash, {
          ...artefactToFiles(artefact),
          'card.json': jsonFile(modelCardSchema.parse(card)),
          'report.html': Buffer.from(report),
        });
        return { version, existed: false };
      } catch (cause) {
        throw cause instanceof Failure ? cause : unwritable(directory, cause);
      }
    },

    findByInputs: async (name, inputsHash) => {
      const versions = await versionNames(directoryOf(name));
      for (const version of versions.reverse()) {
        const path = join(directoryOf(name), version);
        const manifest = await readManifest(path).catch(() => undefined);
        // A damaged version is no reason not to train again.
        if (manifest?.inputsHash === inputsHash && (await checkVersion(path)).problems.length === 0)
          return version;
      }
      return undefined;
    },

    list: async () => {
      const summaries: VersionSummary[] = [];
      for (const name of await modelNames()) {
        const aliases = await readAliases(directoryOf(name));
        for (const version of await versionNames(directoryOf(name))) {
          const path = join(directoryOf(name), version);
          const card = await readFile(join(path, 'card.json'), 'utf8')
            .then((text) => modelCardSchema.parse(JSON.parse(text)))
            .catch(() => undefined);
          // Damaged versions are the business of verify; a list stays readable.
          if (card === undefined) continue;
          summaries.push({
            name,
            version,
            aliases: aliasesOf(aliases, version),
            scope: card.scope as ModelScope,
            card,
          });
        }
      }
      return summaries;
    },

    load: async (name, versionOrAlias): Promise<LoadedModel> => {
      const version = await resolve(name, versionOrAlias);
      const path = join(directoryOf(name), version);
      const files = await readVerified(path);
      const artefact = artefactFromFiles(
        {
          'model.json': required(files, 'model.json', path),
          'weights.bin': required(files, 'weights.bin', path),
          'encoder.json': required(files, 'encoder.json', path),
          'calibration.json': required(files, 'calibration.json', path),
        },
        path,
      );
      const card = modelCardSchema.parse(JSON.parse(required(files, 'card.json', path).toString('utf8')));
      return { name, version, artefact, card, model: createScoringModel(artefact, { name, version }) };
    },

    promote: async (name, version, alias = 'champion') => {
      const resolved = await resolve(name, version);
      await changeAliases(directoryOf(name), (current) => promoted(current, resolved, alias, clock()));
    },

    rollback: async (name) => {
      await resolve(name, 'champion');
      const changed = await changeAliases(directoryOf(name), (current) => {
        const before = current.champions.at(-2);
        if (before === undefined)
          throw new BadInput({
            where: `model ${name}`,
            what: 'has had one champion only, there is nothing to roll back to',
            remedy: 'choose a version with churn models promote',
          });
        return {
          ...current,
          champions: current.champions.slice(0, -1),
          history: [
            ...current.history,
            { at: clock().toISOString(), alias: 'champion', version: before, action: 'rollback' },
          ],
        };
      });
      return changed.champions.at(-1)!;
    },

    verify: async (name) => {
      const verified = [];
      for (const model of name === undefined ? await modelNames() : [name]) {
        const versions = await versionNames(directoryOf(model));
        if (versions.length === 0 && name !== undefined)
          throw unknown(name, 'does not exist', await modelNames());
        for (const version of versions) {
          const { problems } = await checkVersion(join(directoryOf(model), version));
          verified.push({ name: model, version, problems });
        }
      }
      return verified;
    },

    championFor: async (scope) => {
      const champions: (VersionReference & { scope: ModelScope; promotedAt: string })[] = [];
      for (const name of await modelNames()) {
        const aliases = await readAliases(directoryOf(name));
        const version = aliases.champions.at(-1);
        if (version === undefined) continue;
        const text = await readFile(join(directoryOf(name), version, 'model.json'), 'utf8').catch(
          () => undefined,
        );
        const description =
          text === undefined ? undefined : modelDescriptionSchema.safeParse(parseJson(text)).data;
        // A damaged champion is reported when it is loaded, under its name.
        if (description === undefined) continue;
        const promotedAt = aliases.history.findLast(({ alias }) => alias === 'champion')?.at ?? '';
        champions.push({ name, version, scope: description.scope, promotedAt });
      }
      // Of several models for one scope, the one promoted last was meant.
      champions.sort((left, right) => right.promotedAt.localeCompare(left.promotedAt));
      for (const wanted of scope.kind === 'tenant' ? scopesServing(scope.tenantId) : [scope]) {
        const found = champions.find((champion) => isSameScope(champion.scope, wanted));
        if (found !== undefined) return { name: found.name, version: found.version };
      }
      return undefined;
    },
  };
  return registry;
}

function promoted(current: Aliases, version: string, alias: Alias, at: Date): Aliases {
  const history = [...current.history, { at: at.toISOString(), alias, version, action: 'promote' }];
  if (alias === 'challenger') return { ...current, challenger: version, history };
  if (current.champions.at(-1) === version) return current;
  return {
    champions: [...current.champions, version],
    // A challenger that won is no challenger any more.
    challenger: current.challenger === version ? null : current.challenger,
    history,
  };
}

function isAlias(text: string): text is Alias {
  return text === 'champion' || text === 'challenger';
}

function aliasedVersion(aliases: Aliases, alias: Alias): string | undefined {
  return alias === 'champion' ? aliases.champions.at(-1) : (aliases.challenger ?? undefined);
}

function aliasesOf(aliases: Aliases, version: string): Alias[] {
  const held: Alias[] = [];
  if (aliases.champions.at(-1) === version) held.push('champion');
  if (aliases.challenger === version) held.push('challenger');
  return held;
}

function unknown(where: string, what: string, known: readonly string[]): BadInput {
  return new BadInput({
    where: `model ${where}`,
    what,
    remedy:
      known.length === 0
        ? 'train one with churn train'
        : `choose one of ${known.slice(-5).join(', ')} (churn models list)`,
  });
}

function required(files: Readonly<Record<string, Buffer>>, name: string, where: string): Buffer {
  const content = files[name];
  if (content === undefined)
    throw new OperationFailed({
      where,
      what: `${name} is not part of the version`,
      remedy: 'list all damage with churn models verify, then churn models rollback or train again',
    });
  return content;
}

function unwritable(directory: string, cause: unknown): OperationFailed {
  return new OperationFailed({
    where: directory,
    what: `the model cannot be stored (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`,
    remedy: 'make the folder writable, free some space, or point CHURN_HOME elsewhere',
    cause,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
