import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { BadInput } from '../../features/contract/failure.ts';
import { openLocalRegistry } from '../../models/registry/local-registry.ts';
import type { ModelRegistry } from '../../models/registry/model-registry.ts';
import type { SharedModelStore } from '../../models/registry/shared-model-store.ts';
import { openSharedRegistry } from '../../models/registry/shared-registry.ts';
import { type Configuration, prepareSnowflakeClient } from '../configuration/configuration.ts';

/** The configured registry: a folder of this host, or the account's model stage, shared by all hosts. */
export function openRegistry(configuration: Configuration, clock: () => Date): ModelRegistry {
  const { modelStore, modelsDirectory, snowflake } = configuration;
  if (modelStore === 'directory') return openLocalRegistry({ directory: modelsDirectory, clock });
  if (snowflake === null)
    throw new BadInput({
      where: 'environment',
      what: 'CHURN_MODEL_STORE is stage and CHURN_WAREHOUSE is not snowflake',
      remedy: 'set CHURN_WAREHOUSE=snowflake and its variables, or unset CHURN_MODEL_STORE',
    });
  const options = { ...snowflake, queryTag: `churn models ${randomUUID()}` };
  const open = async () => {
    prepareSnowflakeClient();
    const { openSnowflakeModelStore } = await import(
      '../../features/warehouse/snowflake/snowflake-model-store.ts'
    );
    return openSnowflakeModelStore(options);
  };
  let underWay: ReturnType<typeof open> | undefined;
  const opened = () => {
    underWay ??= open();
    return underWay;
  };
  const store: SharedModelStore = {
    states: async () => (await opened()).states(),
    replaceState: async (name, revision, content) => (await opened()).replaceState(name, revision, content),
    upload: async (folder, from) => (await opened()).upload(folder, from),
    remove: async (folder) => (await opened()).remove(folder),
    download: async (folder, to) => (await opened()).download(folder, to),
  };
  return openSharedRegistry({ store, cacheDirectory: join(modelsDirectory, 'stage'), clock });
}
