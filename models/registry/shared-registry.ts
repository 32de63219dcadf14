import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { BadInput, OperationFailed } from '../../features/contract/failure.ts';
import { jsonFile } from '../artefact/artefact-files.ts';
import { writeFileAtomically } from './atomic-write.ts';
import { firstEditionAliasesSchema } from './first-edition-aliases.ts';
import { refuseKept } from './kept-versions.ts';
import { openLocalRegistry } from './local-registry.ts';
import type { ModelRegistry, Registration } from './model-registry.ts';
import { isScopeRow, openSharedChampionLog } from './shared-champion-log.ts';
import type { SharedModelStore, SharedState } from './shared-model-store.ts';

const stateSchema = z.object({
  versions: z.array(
    z.object({
      version: z.string(),
      inputsHash: z.string(),
      folder: z.string(),
      /** Its files are gone; its number is not given again. */
      removed: z.boolean().optional(),
    }),
  ),
  /** What the first edition wrote; who serves is in rows of its own since. */
  aliases: firstEditionAliasesSchema.optional(),
});

type State = z.infer<typeof stateSchema>;

export interface SharedRegistryOptions {
  readonly store: SharedModelStore;
  /** This host's copies; verified at every load like a local registry, and fetched again when they are gone. */
  readonly cacheDirectory: string;
  readonly clock: () => Date;
}

/** How often a change that another host got ahead of is made anew. */
const ATTEMPTS = 10;

/**
 * One registry for several hosts. A version's files are stored under a name of their own and only then entered into the
 * model's state, which is replaced in one step: other hosts see the whole version or none. Who serves a scope is a row of
 * its own that is replaced in the same way, so no promotion is lost.
 */
export function openSharedRegistry({ store, cacheDirectory, clock }: SharedRegistryOptions): ModelRegistry {
  const log = openSharedChampionLog(store);
  const local = openLocalRegistry({ directory: cacheDirectory, clock, log });

  /** Brings this host's copies up to what the store holds, of the models that are wanted. */
  async function refresh(
    isWanted: (name: string, state: State) => boolean = () => true,
  ): Promise<ReadonlyMap<string, SharedState>> {
    const states = await store.states();
    for (const [name, row] of states) {
      if (isScopeRow(name)) continue;
      const state = parse(name, row);
      if (isWanted(name, state)) await copy(name, state);
    }
    return states;
  }

  const refreshOne = (wanted: string) => refresh((name) => name === wanted);

  async function copy(name: string, { versions, aliases }: State): Promise<void> {
    const directory = join(cacheDirectory, name);
    await mkdir(directory, { recursive: true });
    const here = new Set(await readdir(directory));
    for (const { version, folder, removed = false } of versions) {
      if (removed) await rm(join(directory, version), { recursive: true, force: true });
      if (removed || here.has(version)) continue;
      const side = join(directory, `.download-${randomUUID()}`);
      await mkdir(side);
      try {
        await store.download(folder, side);
        await rename(side, join(directory, version)).catch((cause: NodeJS.ErrnoException) => {
          // Another process of this host was faster with the same files.
          if (cause.code !== 'ENOTEMPTY' && cause.code !== 'EEXIST') throw cause;
        });
      } finally {
        await rm(side, { recursive: true, force: true });
      }
    }
    if (aliases !== undefined) await writeFileAtomically(join(directory, 'aliases.json'), jsonFile(aliases));
  }

  /** Changes a model's state until no other host gets in between. `change` returns undefined for nothing to do. */
  async function change<Result>(
    name: string,
    decide: (state: State) => Promise<{ readonly next?: State | undefined; readonly result: Result }>,
  ): Promise<Result> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const stored = (await refreshOne(name)).get(name);
      const state = stored === undefined ? { versions: [] } : parse(name, stored);
      const { next, result } = await decide(state);
      if (next === undefined) return result;
      if (await store.replaceState(name, stored?.revision ?? 0, JSON.stringify(next))) {
        await copy(name, next);
        return result;
      }
    }
    throw new OperationFailed({
      where: `model ${name}`,
      what: `other hosts changed it ${ATTEMPTS} times in a row`,
      remedy: 'try again in a minute',
    });
  }

  return {
    register: async (name, content) => {
      const { inputsHash } = content.artefact.description;
      const scratch = await mkdtemp(join(tmpdir(), 'churn-registration-'));
      try {
        await openLocalRegistry({ directory: scratch, clock }).register(name, content);
        const folder = `${name}/${randomUUID()}`;
        let isUploaded = false;
        return await change<Registration>(name, async ({ versions, ...rest }) => {
          const existing = versions.findLast((one) => one.inputsHash === inputsHash && !one.removed);
          if (existing !== undefined) return { result: { version: existing.version, existed: true } };
          if (!isUploaded) await store.upload(folder, join(scratch, name, 'v1'));
          isUploaded = true;
          const version = `v${versions.length + 1}`;
          const next = { versions: [...versions, { version, inputsHash, folder }], ...rest };
          return { next, result: { version, existed: false } };
        });
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
    findByInputs: async (name, inputsHash) => {
      await refreshOne(name);
      return local.findByInputs(name, inputsHash);
    },
    list: async () => {
      await refresh();
      return local.list();
    },
    load: async (name, versionOrAlias) => {
      await refreshOne(name);
      return local.load(name, versionOrAlias);
    },
    heldOut: async (name, version) => {
      await refreshOne(name);
      return local.heldOut(name, version);
    },
    remove: async (name, version) => {
      const folder = await change<string>(name, async ({ versions, ...rest }) => {
        const found = versions.find((one) => one.version === version && !one.removed);
        if (found === undefined)
          throw new BadInput({
            where: `model ${name}@${version}`,
            what: 'does not exist',
            remedy: 'choose one of those that `churn models list` shows',
          });
        refuseKept(await local.champions(), { name, version });
        const next = versions.map((one) => (one === found ? { ...one, removed: true } : one));
        return { next: { versions: next, ...rest }, result: found.folder };
      });
      // Killed here, the files stay on the stage and nobody is told of them any more.
      await store.remove(folder);
    },
    verify: async (name) => {
      // What the store holds is in question, not this host's copy of it.
      await rm(name === undefined ? cacheDirectory : join(cacheDirectory, name), {
        recursive: true,
        force: true,
      });
      await (name === undefined ? refresh() : refreshOne(name));
      return local.verify(name);
    },
    champions: async () => {
      // Of models that only the first edition knew as champions, somebody has to say whom they serve.
      const states = await refresh((_, { aliases }) => (aliases?.champions.length ?? 0) > 0);
      const read = openSharedChampionLog({ ...store, states: async () => states });
      return openLocalRegistry({ directory: cacheDirectory, clock, log: read }).champions();
    },
    promote: async (name, version, promotion) => {
      await refreshOne(name);
      return local.promote(name, version, promotion);
    },
    challenge: async (name, version, note) => {
      await refreshOne(name);
      return local.challenge(name, version, note);
    },
    rollback: async (scope, note) => local.rollback(scope, note),
    history: async (scope) => local.history(scope),
  };
}

function parse(name: string, { content }: SharedState): State {
  try {
    return stateSchema.parse(JSON.parse(content));
  } catch (cause) {
    throw new OperationFailed({
      where: `model ${name}`,
      what: 'what the shared registry says of it cannot be read',
      remedy: 'use the version of churn that wrote it',
      cause,
    });
  }
}
