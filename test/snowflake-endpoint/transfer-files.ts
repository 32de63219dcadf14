import type { Session } from './session.ts';
import { SqlNotUnderstood, type TokenReader } from './sql-tokens.ts';
import { stagePrefix } from './stage-prefix.ts';
import type { EncryptionMaterial } from './stage-storage.ts';
import type { StatementWorld } from './statement-world.ts';

/** What the client is told to move between its disk and the stage. */
export interface Transfer {
  readonly command: 'UPLOAD' | 'DOWNLOAD';
  readonly src_locations: readonly string[];
  readonly localLocation?: string;
  readonly encryptionMaterial: EncryptionMaterial | readonly EncryptionMaterial[];
  readonly presignedUrls: readonly string[];
  readonly autoCompress?: boolean;
  readonly overwrite?: boolean;
  /** Relative to the bucket. */
  readonly prefix: string;
}

export function put(session: Session, reader: TokenReader, queryId: string, world: StatementWorld): Transfer {
  reader.expect('put');
  const file = localFile(reader);
  const stage = reader.next();
  const prefix = stagePrefix(session, { ...stage, text: stage.value }, world, 'WRITE');
  const options = transferOptions(reader);
  return {
    command: 'UPLOAD',
    src_locations: [file],
    prefix: slashed(prefix),
    encryptionMaterial: world.storage.encryptionMaterial(queryId),
    presignedUrls: [],
    autoCompress: options.get('auto_compress') !== 'false',
    overwrite: options.get('overwrite') === 'true',
  };
}

/** The client's own staged binds write `file://1'@SYSTEM$BIND/…'`. */
function localFile(reader: TokenReader): string {
  if (reader.take('file', ':', '/', '/')) return reader.next().value;
  const token = reader.next();
  if (token.kind !== 'string' || !token.value.startsWith('file://'))
    throw new SqlNotUnderstood(`the file ${token.text}`);
  return token.value.slice('file://'.length);
}

export function get(session: Session, reader: TokenReader, queryId: string, world: StatementWorld): Transfer {
  reader.expect('get');
  const prefix = slashed(stagePrefix(session, reader.next(), world, 'READ'));
  const localLocation = localFile(reader);
  transferOptions(reader);
  const keys = world.storage.keysUnder(prefix.slice(0, -1));
  const found = keys.filter((key) => key === prefix.slice(0, -1) || key.startsWith(prefix));
  const folder =
    found[0] === prefix.slice(0, -1)
      ? prefix.slice(0, prefix.lastIndexOf('/', prefix.length - 2) + 1)
      : prefix;
  return {
    command: 'DOWNLOAD',
    src_locations: found.map((key) => key.slice(folder.length)),
    localLocation,
    prefix: folder,
    encryptionMaterial: found.map(() => world.storage.encryptionMaterial(queryId)),
    presignedUrls: [],
  };
}

function transferOptions(reader: TokenReader): Map<string, string> {
  const options = new Map<string, string>();
  while (!reader.isDone) {
    const name = reader.next().value;
    if (!['auto_compress', 'overwrite', 'parallel', 'source_compression'].includes(name))
      throw new SqlNotUnderstood(`the transfer option ${name}`);
    reader.expect('=');
    options.set(name, reader.next().value);
  }
  return options;
}

function slashed(prefix: string): string {
  return prefix.endsWith('/') ? prefix : `${prefix}/`;
}
