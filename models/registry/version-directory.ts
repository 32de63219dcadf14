import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OperationFailed } from '../../features/contract/failure.ts';
import { jsonFile } from '../artefact/artefact-files.ts';
import { syncDirectory, writeSynced } from './atomic-write.ts';

/** manifest.json of a version: what it was made from, and what its files must hash to. */
const manifestSchema = z.object({
  format: z.literal(1),
  inputsHash: z.string(),
  files: z.record(z.string(), z.object({ bytes: z.int(), sha256: z.string().length(64) })),
});

export type VersionManifest = z.infer<typeof manifestSchema>;

const VERSION = /^v[1-9]\d*$/;
/** A version on its way is named for the number that it wants. */
const INCOMING = /^\.incoming-(\d+)-/;
/** What is left of a removed version: its number is not given again, since scores name the version that made them. */
const REMOVED = /^\.removed-(v[1-9]\d*)$/;

/** Version names of a model, oldest first; empty for an unknown model. */
export async function versionNames(modelDirectory: string): Promise<string[]> {
  const entries = await readdir(modelDirectory).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return [];
    throw cause;
  });
  return entries.filter((name) => VERSION.test(name)).sort((left, right) => numberOf(left) - numberOf(right));
}

/**
 * Writes the files to the side and renames them to the next free version.
 * Two processes that register at once get two versions: a rename never replaces a directory with files in it. What a killed
 * process left to the side is swept by the next one: it wanted a number that is given now.
 */
export async function writeVersion(
  modelDirectory: string,
  inputsHash: string,
  files: Readonly<Record<string, Buffer>>,
): Promise<string> {
  await mkdir(modelDirectory, { recursive: true });
  for (;;) {
    const number = (await lastNumber(modelDirectory)) + 1;
    const side = join(modelDirectory, `.incoming-${number}-${randomUUID()}`);
    try {
      await writeFiles(side, inputsHash, files);
      await rename(side, join(modelDirectory, `v${number}`));
      await syncDirectory(modelDirectory);
      return `v${number}`;
    } catch (cause) {
      // Somebody was faster, and may have swept these files away; EPERM is how Windows says that the number is taken.
      const isTaken = (await lastNumber(modelDirectory)) >= number;
      if (!isTaken) throw cause;
    } finally {
      await rm(side, { recursive: true, force: true });
      await sweep(modelDirectory);
    }
  }
}

async function writeFiles(
  side: string,
  inputsHash: string,
  files: Readonly<Record<string, Buffer>>,
): Promise<void> {
  await mkdir(side);
  const manifest: VersionManifest = { format: 1, inputsHash, files: {} };
  for (const [name, content] of Object.entries(files)) {
    manifest.files[name] = { bytes: content.length, sha256: sha256(content) };
    await writeSynced(join(side, name), content);
  }
  await writeSynced(join(side, 'manifest.json'), jsonFile(manifest));
  await syncDirectory(side);
}

/** Versions that want a number which is given can never have it: their writers are dead, or about to be told. */
async function sweep(modelDirectory: string): Promise<void> {
  const last = await lastNumber(modelDirectory);
  for (const entry of await readdir(modelDirectory)) {
    const wanted = INCOMING.exec(entry)?.[1];
    if (wanted !== undefined && Number(wanted) <= last)
      await rm(join(modelDirectory, entry), { recursive: true, force: true }).catch(() => undefined);
  }
}

/**
 * Takes a version away in one step, then its files. Again, it takes away the files that a killed process left.
 *
 * @param check Throws where somebody came to need the version meanwhile; it is put back then
 */
export async function removeVersion(
  modelDirectory: string,
  version: string,
  check: () => Promise<void>,
): Promise<void> {
  const [present, removed] = [join(modelDirectory, version), join(modelDirectory, `.removed-${version}`)];
  await rename(present, removed).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
  });
  try {
    await check();
  } catch (cause) {
    await rename(removed, present);
    throw cause;
  }
  await syncDirectory(modelDirectory);
  for (const file of await readdir(removed)) await rm(join(removed, file), { recursive: true, force: true });
}

async function lastNumber(modelDirectory: string): Promise<number> {
  const entries = await readdir(modelDirectory);
  const given = entries
    .map((entry) => REMOVED.exec(entry)?.[1] ?? entry)
    .filter((name) => VERSION.test(name));
  return Math.max(0, ...given.map(numberOf));
}

export async function readManifest(versionDirectory: string): Promise<VersionManifest> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(join(versionDirectory, 'manifest.json'), 'utf8')));
  } catch (cause) {
    throw damaged(versionDirectory, 'manifest.json cannot be read', cause);
  }
}

/** The files of a version, each checked against its hash. @throws OperationFailed naming the first damaged file */
export async function readVerified(versionDirectory: string): Promise<Record<string, Buffer>> {
  const { problems, files } = await checkVersion(versionDirectory);
  if (problems.length > 0) throw damaged(versionDirectory, problems[0]!);
  return files;
}

export async function checkVersion(
  versionDirectory: string,
): Promise<{ problems: string[]; files: Record<string, Buffer> }> {
  const problems: string[] = [];
  const files: Record<string, Buffer> = {};
  let manifest: VersionManifest;
  try {
    manifest = await readManifest(versionDirectory);
  } catch {
    return { problems: ['manifest.json cannot be read'], files };
  }
  for (const [name, { bytes, sha256: expected }] of Object.entries(manifest.files)) {
    const content = await readFile(join(versionDirectory, name)).catch(() => undefined);
    if (content === undefined) problems.push(`${name} is missing`);
    else if (content.length !== bytes)
      problems.push(`${name} has ${content.length} bytes instead of ${bytes}`);
    else if (sha256(content) !== expected) problems.push(`${name} was changed after it was registered`);
    else files[name] = content;
  }
  return { problems, files };
}

function damaged(versionDirectory: string, what: string, cause?: unknown): OperationFailed {
  return new OperationFailed({
    where: versionDirectory,
    what,
    remedy: 'list all damage with churn models verify, then churn models rollback or train again',
    cause,
  });
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function numberOf(version: string): number {
  return Number(version.slice(1));
}
