import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BadInput, Failure, OperationFailed } from '../../features/contract/failure.ts';
import { type ModelDescription, modelDescriptionSchema } from '../artefact/artefact.ts';
import { artefactFromFiles, artefactToFiles, jsonFile } from '../artefact/artefact-files.ts';
import { HELD_OUT_FILE, heldOutFromFile, heldOutToFile } from '../artefact/held-out-scores.ts';
import { modelCardSchema } from '../artefact/model-card.ts';
import { createScoringModel } from '../scoring/score.ts';
import type { ModelScope } from '../scoring/scoring-model.ts';
import type { ChampionLog } from './champion-log.ts';
import { championChangeSchema, championOf, isSameVersion } from './champion-record.ts';
import { readChampions } from './champions.ts';
import { type ChampionChanges, promoteChampion, rollbackChampion, setChallenger } from './change-champion.ts';
import { readFirstEdition } from './first-edition-champions.ts';
import { refuseKept } from './kept-versions.ts';
import { openLocalChampionLog } from './local-champion-log.ts';
import type { Alias, LoadedModel, ModelRegistry, VersionSummary } from './model-registry.ts';
import { mayServe, ownScope, type ServedScope, scopeKey, scopeText } from './served-scope.ts';
import {
  checkVersion,
  readManifest,
  readVerified,
  removeVersion,
  versionNames,
  writeVersion,
} from './version-directory.ts';

const MODEL_NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/i;

export interface LocalRegistryOptions {
  /** Holds one directory per model, which holds one per version. Made on the first registration. */
  readonly directory: string;
  readonly clock: () => Date;
  /** Where it is recorded who serves; in the same directory unless several hosts share it. */
  readonly log?: ChampionLog;
}

/** The registry in a local directory: `<directory>/<name>/<version>/`. */
export function openLocalRegistry({
  directory,
  clock,
  log = openLocalChampionLog(directory),
}: LocalRegistryOptions): ModelRegistry {
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
    const version = isAlias(versionOrAlias) ? await aliasedVersion(name, versionOrAlias) : versionOrAlias;
    if (version === undefined) throw unknown(`${name}@${versionOrAlias}`, 'points nowhere yet', versions);
    if (!versions.includes(version)) throw unknown(`${name}@${version}`, 'does not exist', versions);
    return version;
  }

  /** The version of the name that holds an alias, in whichever scope. @throws BadInput where several do */
  async function aliasedVersion(name: string, alias: Alias): Promise<string | undefined> {
    const { entries } = await registry.champions();
    const holders = entries.flatMap(({ scope, record }) => {
      const held = alias === 'champion' ? championOf(record ?? undefined) : record?.challenger;
      return held?.name === name ? [{ scope, version: held.version }] : [];
    });
    const [first] = holders;
    if (holders.some(({ version }) => version !== first?.version))
      throw new BadInput({
        where: `model ${name}@${alias}`,
        what: `may mean ${holders.map(({ scope, version }) => `${version} (${scope})`).join(' or ')}`,
        remedy: `write ${name}@VERSION`,
      });
    const failure = entries.find((entry) => entry.failure !== null)?.failure;
    if (first === undefined && failure) throw failure;
    return first?.version;
  }

  /** A version that there is, and the scope that it is to serve. */
  async function subjectOf(name: string, versionOrAlias: string, wanted: ServedScope | undefined) {
    const version = await resolve(name, versionOrAlias);
    const trainedFor = (await readDescription(directoryOf(name), version)).scope;
    const scope = wanted ?? ownScope(trainedFor, name);
    if (!mayServe(trainedFor, name, scope))
      throw new BadInput({
        where: `model ${name}@${version}`,
        what: `was trained for ${scopeText(ownScope(trainedFor, name))} and cannot serve ${scopeText(scope)}`,
        remedy: 'name another scope with --scope, or train one with `churn train --scope`',
      });
    return { subject: { name, version }, scope };
  }

  const changes: ChampionChanges = { log, clock, champions: () => registry.champions() };

  const registry: ModelRegistry = {
    register: async (name, { artefact, card, report, heldOut }) => {
      const { inputsHash } = artefact.description;
      const existing = await registry.findByInputs(name, inputsHash);
      if (existing !== undefined) return { version: existing, existed: true };
      try {
        const version = await writeVersion(directoryOf(name), inputsHash, {
          ...artefactToFiles(artefact),
          'card.json': jsonFile(modelCardSchema.parse(card)),
          'report.html': Buffer.from(report),
          ...(heldOut && { [HELD_OUT_FILE]: heldOutToFile(heldOut) }),
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
      const { entries } = await registry.champions();
      for (const name of await modelNames()) {
        for (const version of await versionNames(directoryOf(name))) {
          const path = join(directoryOf(name), version);
          const card = await readFile(join(path, 'card.json'), 'utf8')
            .then((text) => modelCardSchema.parse(JSON.parse(text)))
            .catch(() => undefined);
          // Damaged versions are the business of verify; a list stays readable.
          if (card === undefined) continue;
          const reference = { name, version };
          const serves = entries
            .filter(({ record }) => isSameVersion(championOf(record ?? undefined), reference))
            .map(({ scope }) => scope);
          const challenges = entries.some(({ record }) => isSameVersion(record?.challenger, reference));
          const aliases: Alias[] = [];
          if (serves.length > 0) aliases.push('champion');
          if (challenges) aliases.push('challenger');
          summaries.push({ ...reference, aliases, serves, scope: card.scope as ModelScope, card });
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

    heldOut: async (name, version) => {
      const path = join(directoryOf(name), await resolve(name, version));
      const file = (await readVerified(path))[HELD_OUT_FILE];
      return file === undefined ? null : heldOutFromFile(file, path);
    },

    remove: async (name, version) => {
      const reference = { name, version: await resolve(name, version) };
      const check = async () => refuseKept(await registry.champions(), reference);
      await check();
      await removeVersion(directoryOf(name), reference.version, check);
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

    champions: async () => readChampions(log, async () => readFirstEdition(directory, await modelNames())),

    promote: async (name, versionOrAlias, promotion) => {
      const { subject, scope } = await subjectOf(name, versionOrAlias, promotion.scope);
      return promoteChampion(changes, scope, subject, promotion);
    },

    challenge: async (name, versionOrAlias, note) => {
      const { subject, scope } = await subjectOf(name, versionOrAlias, note.scope);
      return setChallenger(changes, scope, subject, note);
    },

    rollback: (scope, note) => rollbackChampion(changes, scope, note),

    history: async (scope) => {
      const texts = await log.history(scopeKey(scopeText(scope)));
      return texts.map((text, index) => {
        const change = championChangeSchema.safeParse(parseJson(text ?? '')).data;
        if (change !== undefined) return change;
        throw new OperationFailed({
          where: `champion of ${scopeText(scope)}`,
          what: `change ${index + 1} of who serves it cannot be read`,
          remedy: 'restore it from a backup; the changes after it hold without it',
        });
      });
    },
  };
  return registry;
}

function isAlias(text: string): text is Alias {
  return text === 'champion' || text === 'challenger';
}

async function readDescription(modelDirectory: string, version: string): Promise<ModelDescription> {
  const path = join(modelDirectory, version);
  const text = await readFile(join(path, 'model.json'), 'utf8').catch(() => '');
  const description = modelDescriptionSchema.safeParse(parseJson(text)).data;
  if (description === undefined)
    throw new OperationFailed({
      where: path,
      what: 'model.json cannot be read',
      remedy: 'list all damage with `churn models verify`, then promote another version or train again',
    });
  return description;
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
