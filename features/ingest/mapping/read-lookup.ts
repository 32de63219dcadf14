import { dirname, resolve } from 'node:path';
import { BadInput } from '../../contract/failure.ts';
import { openTableFile } from '../../files/table-file.ts';
import type { Lookup } from './mapping.ts';

/**
 * The value of each key of a file. Both columns are held in memory.
 *
 * @throws BadInput when a key has two values
 */
export async function readLookup(lookup: Lookup, mappingFile: string): Promise<ReadonlyMap<string, string>> {
  const source = await openTableFile(resolve(dirname(mappingFile), lookup.file));
  try {
    const found = new Map<string, string>();
    for await (const { rowCount, columns } of source.readTexts([lookup.key, lookup.value])) {
      const keys = columns.get(lookup.key)!.values;
      const values = columns.get(lookup.value)!.values;
      for (let row = 0; row < rowCount; row++) {
        const key = keys[row] as string | null;
        const value = values[row] as string | null;
        if (key === null || value === null) continue;
        const known = found.get(key);
        if (known !== undefined && known !== value)
          throw new BadInput({
            where: source.file,
            what: `${lookup.key} "${key}" has two values of ${lookup.value}, "${known}" and "${value}"`,
            remedy: `look up by a column of which each value belongs to one ${lookup.value}`,
          });
        found.set(key, value);
      }
    }
    return found;
  } finally {
    await source.close();
  }
}
