import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { OperationFailed } from '../../features/contract/failure.ts';
import { jsonFile } from '../artefact/artefact-files.ts';
import { aliasesSchema, NO_ALIASES, readAliases } from './aliases.ts';
import { writeFileAtomically } from './atomic-write.ts';
import { openLocalRegistry } from './local-registry.ts';
import type { ModelRegistry, Registration } from './model-registry.ts';
import type { SharedModelStore, SharedState } from './shared-model-store.ts';

const stateSchema = z.object({
  versions: z.array(z.object({ version: z.string(), inputsHash: z.string(), folder: z.string() })),
  aliases: aliasesSchema,
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
 * model's state, which is replaced in one step: other hosts see the whole version or none, and no move of an alias is lost.
 */
export function openSharedRegistry({ store, cacheDirectory, clock }: SharedRegistryOptions): ModelRegistry {
  const local = openLocalRegistry({ directory: cacheDirectory, clock });

  /** Brings this host's copies up to what the store holds; of one model where a name is given. */
  async function refresh(only?: string): Promise<ReadonlyMap<string, SharedState>> {
    const states = await store.states();
    for (const [name, state] of states)
      if (only === undefined || name === only) await copy(name, parse(name, state));
    return states;
  }

  async function copy(name: string, { versions, aliases }: State): Promise<void> {
    const directory = join(cacheDirectory, name);
    await mkdir(directory, { recursive: true });
    const here = new Set(await readdir(directory));
    for (const { version, folder } of versions) {
      if (here.has(version)) continue;
      const side = join(directory, `.incoming-${randomUUID()}`);
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
    await writeFileAtomically(join(directory, 'aliases.json'), jsonFile(aliases));
  }

  /** Changes a model's state until no other host gets in between. `change` returns undefined for nothing to do. */
  async function change<Result>(
    name: string,
    decide: (state: State) => Promise<{ readonly next?: State | undefined; readonly result: Result }>,
  ): Promise<Result> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const stored = (await refresh(name)).get(name);
      const state = stored === undefined ? { versions: [], aliases: NO_ALIASES } : parse(name, stored);
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

  /** Moves an alias as the local registry would, and takes over what that made of them. */
  const moveAliases = <Result>(name: string, move: () => Promise<Result>): Promise<Result> =>
    change(name, async (state) => {
      const result = await move();
      const aliases = await readAliases(join(cacheDirectory, name));
      return { next: { ...state, aliases }, result };
    });

  return {
    register: async (name, content) => {
      const { inputsHash } = content.artefact.description;
      const scratch = await mkdtemp(join(tmpdir(), 'churn-registration-'));
      try {
        await openLocalRegistry({ directory: scratch, clock }).register(name, content);
        const folder = `${name}/${randomUUID()}`;
        let isUploaded = false;
        return await change<Registration>(name, async ({ versions, aliases }) => {
          const existing = versions.findLast((one) => one.inputsHash === inputsHash);
          if (existing !== undefined) return { result: { version: existing.version, existed: true } };
          if (!isUploaded) await store.upload(folder, join(scratch, name, 'v1'));
          isUploaded = true;
          const version = `v${versions.length + 1}`;
          const next = { versions: [...versions, { version, inputsHash, folder }], aliases };
          return { next, result: { version, existed: false } };
        });
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
    findByInputs: async (name, inputsHash) => {
      await refresh(name);
      return local.findByInputs(name, inputsHash);
    },
    list: async () => {
      await refresh();
      return local.list();
    },
    load: async (name, versionOrAlias) => {
      await refresh(name);
      return local.load(name, versionOrAlias);
    },
    promote: (name, version, alias) => moveAliases(name, () => local.promote(name, version, alias)),
    rollback: (name) => moveAliases(name, () => local.rollback(name)),
    verify: async (name) => {
      // What the store holds is in question, not this host's copy of it.
      await rm(name === undefined ? cacheDirectory : join(cacheDirectory, name), {
        recursive: true,
        force: true,
      });
      await refresh(name);
      return local.verify(name);
    },
    championFor: async (scope) => {
      await refresh();
      return local.championFor(scope);
    },
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
