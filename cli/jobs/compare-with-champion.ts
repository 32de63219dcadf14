import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, GateRefused } from '../../features/contract/failure.ts';
import { fileSha256 } from '../../features/files/content-hash.ts';
import { readLabelledTable } from '../../features/files/read-labelled-table.ts';
import { readSnapshot } from '../../features/snapshot/read-snapshot.ts';
import { readSnapshotManifest } from '../../features/snapshot/snapshot-manifest.ts';
import { isSameVersion } from '../../models/registry/champion-record.ts';
import type { Comparison } from '../../models/registry/comparison.ts';
import { championOfTenant, championServing, loadChampion } from '../../models/registry/load-champion.ts';
import type { LoadedModel, ModelRegistry } from '../../models/registry/model-registry.ts';
import type { ServedScope } from '../../models/registry/served-scope.ts';
import {
  type ComparedData,
  type ComparedModel,
  compareHeldOut,
  compareOnData,
} from '../../training/evaluation/compare-models.ts';
import type { CommandContext } from '../context/command-context.ts';

/** Where rows come from on which both can be compared, unless the models bring them. */
export interface RowsToCompare {
  /** The directory of a snapshot. */
  readonly snapshot?: string | undefined;
  /** For models of tables: a labelled table, and its column of as-of dates. */
  readonly table?: string | undefined;
  readonly asOf?: string | undefined;
}

/**
 * Compares a version with whoever serves the scope now, on the same rows.
 *
 * @returns null where nobody serves, where the version itself does, and where the champion cannot be compared with
 * @throws GateRefused where there are no rows to compare on
 */
export async function compareWithChampion(
  { configuration, terminal }: CommandContext,
  registry: ModelRegistry,
  candidate: LoadedModel,
  scope: ServedScope,
  given: RowsToCompare,
): Promise<Comparison | null> {
  const champion = await presentChampion(registry, scope, terminal.log);
  if (champion === null || isSameVersion(champion, candidate)) return null;
  const [mine, theirs] = await Promise.all([compared(registry, candidate), compared(registry, champion)]);
  const tenantId = scope.kind === 'tenant' ? scope.tenantId : null;
  const isOfAll = candidate.model.scope.kind === 'tenants' || champion.model.scope.kind === 'tenants';
  // Held-out scores do not say whose they are.
  const needsTenant = tenantId !== null && isOfAll;
  if (given.snapshot === undefined && given.table === undefined && !needsTenant) {
    const comparison = compareHeldOut(mine, theirs);
    if (comparison !== null) return comparison;
  }
  if (
    candidate.model.scope.kind !== 'table' &&
    champion.model.featureSetHash !== candidate.model.featureSetHash
  ) {
    terminal.log(
      `${champion.name}@${champion.version} was trained on other features and cannot score today's rows: not compared`,
    );
    return null;
  }
  const data =
    given.table === undefined
      ? await snapshotData(configuration.snapshotsDirectory, candidate, given.snapshot)
      : await tableData(given.table, given.asOf, candidate, champion);
  if (data !== null) return compareOnData(mine, theirs, data, tenantId);
  const isOfTable = candidate.model.scope.kind === 'table';
  throw new GateRefused({
    where: `${candidate.name}@${candidate.version}`,
    what: `cannot be compared with the champion ${champion.name}@${champion.version}: the rows that it was tested on are not here`,
    remedy: isOfTable
      ? 'give a labelled table with --table FILE, or promote it unseen with --force'
      : 'give a snapshot with --snapshot DIRECTORY (`churn features extract` writes one), or promote it unseen with --force',
  });
}

/** Null where nobody serves, or nobody that could be compared with: then whoever can serve is better. */
async function presentChampion(
  registry: ModelRegistry,
  scope: ServedScope,
  log: (line: string) => void,
): Promise<LoadedModel | null> {
  try {
    const champions = await registry.champions();
    const serving =
      scope.kind === 'tenant'
        ? championOfTenant(champions, scope.tenantId)
        : championServing(champions, scope);
    return serving === null ? null : await loadChampion(registry, serving);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    log(`not compared with the champion: ${error.where}: ${error.what}`);
    return null;
  }
}

async function compared(registry: ModelRegistry, loaded: LoadedModel): Promise<ComparedModel> {
  return { loaded, heldOut: await registry.heldOut(loaded.name, loaded.version) };
}

async function snapshotData(
  directory: string,
  { model, card }: LoadedModel,
  given: string | undefined,
): Promise<ComparedData | null> {
  if (model.scope.kind === 'table') return null;
  const found = given ?? snapshotWithHash(directory, card.data.snapshot_hash);
  if (found === undefined) return null;
  const labelled = await readSnapshot(found, model.featureSet);
  return { hash: labelled.manifest.content_hash, labelled, championFrame: labelled.frame };
}

function snapshotWithHash(directory: string, hash: string): string | undefined {
  for (const id of entriesOf(directory)) {
    // The id ends in the beginning of the hash; only what looks like it is opened.
    if (!id.endsWith(hash.slice(0, 12))) continue;
    const snapshot = join(directory, id);
    if (readSnapshotManifest(snapshot).content_hash === hash) return snapshot;
  }
  return undefined;
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    // No snapshot was ever made here.
    return [];
  }
}

async function tableData(
  file: string,
  asOf: string | undefined,
  candidate: LoadedModel,
  champion: LoadedModel,
): Promise<ComparedData> {
  const label = candidate.model.targets[0]!;
  const read = async ({ model }: LoadedModel) =>
    (
      await readLabelledTable({
        file,
        label,
        featureSet: model.featureSet,
        ...(asOf === undefined ? {} : { asOf }),
      })
    ).labelled;
  const labelled = await read(candidate);
  const { frame: championFrame } = await read(champion);
  return { hash: await fileSha256(file), labelled, championFrame };
}
