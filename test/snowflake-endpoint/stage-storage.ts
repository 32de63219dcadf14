import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A file as the object store holds it: encrypted by the client that uploaded it, with the key material in its headers. */
interface StoredFile {
  readonly path: string;
  readonly size: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly storedAt: Date;
}

export interface EncryptionMaterial {
  readonly queryStageMasterKey: string;
  readonly queryId: string;
  readonly smkId: number;
}

const DIGEST = 'x-goog-meta-sfc-digest';
const ENCRYPTION = 'x-goog-meta-encryptiondata';
const MATERIAL = 'x-goog-meta-matdesc';

/** The object store behind all stages of one endpoint, one bucket; keys are `<stage>/<path>`. */
export class StageStorage {
  readonly bucket = 'stages';
  readonly accessToken = `gcs-${randomUUID()}`;
  readonly #folder: string;
  readonly #masterKey = randomBytes(16);
  readonly #files = new Map<string, StoredFile>();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  encryptionMaterial(queryId: string): EncryptionMaterial {
    return { queryStageMasterKey: this.#masterKey.toString('base64'), queryId, smkId: 1 };
  }

  keysUnder(prefix: string): string[] {
    return [...this.#files.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  describe(key: string): { size: number; digest: string; storedAt: Date } | undefined {
    const file = this.#files.get(key);
    if (file === undefined) return undefined;
    return { size: file.size, digest: file.headers[DIGEST] ?? '', storedAt: file.storedAt };
  }

  remove(key: string): void {
    const file = this.#files.get(key);
    if (file === undefined) return;
    rmSync(file.path, { force: true });
    this.#files.delete(key);
  }

  /** What the client's PUT, GET and HEAD of an object get. */
  async serve(request: Request, key: string): Promise<Response> {
    if (request.headers.get('authorization') !== `Bearer ${this.accessToken}`)
      return new Response('token', { status: 401 });
    if (request.method === 'PUT') {
      const path = join(this.#folder, randomUUID());
      if (request.body === null) return new Response('no body', { status: 400 });
      await pipeline(Readable.fromWeb(request.body as never), createWriteStream(path));
      const headers: Record<string, string> = {};
      for (const name of [DIGEST, ENCRYPTION, MATERIAL]) {
        const value = request.headers.get(name);
        if (value !== null) headers[name] = value;
      }
      this.remove(key);
      this.#files.set(key, { path, headers, size: statSync(path).size, storedAt: new Date() });
      return new Response('');
    }
    const file = this.#files.get(key);
    if (file === undefined) return new Response('no such object', { status: 404 });
    const headers = { ...file.headers, 'content-length': String(file.size) };
    if (request.method === 'HEAD') return new Response(null, { headers });
    return new Response(Readable.toWeb(createReadStream(file.path)) as never, { headers });
  }

  /** Stores a file of the server's own, encrypted like any other. */
  async put(key: string, plainPath: string): Promise<number> {
    const [fileKey, iv] = [randomBytes(this.#masterKey.length), randomBytes(16)];
    const path = join(this.#folder, randomUUID());
    const bits = this.#masterKey.length * 8;
    const cipher = createCipheriv(`aes-${bits}-cbc`, fileKey, iv);
    await pipeline(createReadStream(plainPath), cipher, createWriteStream(path));
    const wrap = createCipheriv(`aes-${bits}-ecb`, this.#masterKey, null);
    const headers = {
      [DIGEST]: createHash('sha256').update(readFileSync(path)).digest('base64'),
      [ENCRYPTION]: JSON.stringify({
        EncryptionMode: 'FullBlob',
        WrappedContentKey: {
          KeyId: 'symmKey1',
          EncryptedKey: Buffer.concat([wrap.update(fileKey), wrap.final()]).toString('base64'),
          Algorithm: 'AES_CBC_256',
        },
        ContentEncryptionIV: iv.toString('base64'),
      }),
      [MATERIAL]: JSON.stringify({ smkId: '1', queryId: 'unload', keySize: String(bits) }),
    };
    this.remove(key);
    const { size } = statSync(path);
    this.#files.set(key, { path, headers, size, storedAt: new Date() });
    return size;
  }

  /** Decrypts an object into a file of the server's own. @throws when it was not encrypted with the stage's key */
  async get(key: string, plainPath: string): Promise<void> {
    const file = this.#files.get(key);
    if (file === undefined) throw new Error(`no such object ${key}`);
    const data = file.headers[ENCRYPTION];
    if (data === undefined) throw new Error(`${key} was uploaded without client-side encryption`);
    const { WrappedContentKey, ContentEncryptionIV } = JSON.parse(data) as {
      WrappedContentKey: { EncryptedKey: string };
      ContentEncryptionIV: string;
    };
    const bits = this.#masterKey.length * 8;
    const unwrap = createDecipheriv(`aes-${bits}-ecb`, this.#masterKey, null);
    const wrapped = Buffer.from(WrappedContentKey.EncryptedKey, 'base64');
    const fileKey = Buffer.concat([unwrap.update(wrapped), unwrap.final()]);
    const iv = Buffer.from(ContentEncryptionIV, 'base64');
    const decipher = createDecipheriv(`aes-${bits}-cbc`, fileKey, iv);
    await pipeline(createReadStream(file.path), decipher, createWriteStream(plainPath));
  }
}
