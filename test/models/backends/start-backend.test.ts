import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startNativeBackend } from '../../../models/native-backend/start-native-backend.ts';

const folder = mkdtempSync(join(tmpdir(), 'churn-native-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('startNativeBackend', () => {
  it('says how to install it where it is not', async () => {
    expect(await startNativeBackend(join(folder, 'nowhere'))).toEqual({
      refusal: 'it is not installed; npm run backend:native installs it',
    });
  });

  it('says in one line why it does not load', async () => {
    const packageFolder = join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
    mkdirSync(packageFolder, { recursive: true });
    writeFileSync(join(packageFolder, 'index.js'), "throw new Error('libtensorflow is gone\\nand more')");
    expect(await startNativeBackend(folder)).toEqual({
      refusal: 'it does not load (libtensorflow is gone); npm run backend:native -- --again builds it anew',
    });
  });
});

describe('startBackend', () => {
  beforeEach(() => {
    vi.resetModules();
    vi.doMock('../../../models/native-backend/start-native-backend.ts', () => ({
      startNativeBackend: async () => ({ refusal: 'it is not installed; install it' }),
    }));
  });
  const load = async () => (await import('../../../models/backend.ts')).startBackend;

  it('falls back on WebAssembly and keeps why', async () => {
    const startBackend = await load();
    expect(await startBackend()).toMatchObject({
      name: 'wasm',
      nativeRefusal: 'it is not installed; install it',
    });
  });

  it('does not look for the native one where WebAssembly was chosen', async () => {
    const startBackend = await load();
    expect(await startBackend('wasm')).toMatchObject({ name: 'wasm', nativeRefusal: null });
  });

  it('refuses where the native one is insisted on', async () => {
    const startBackend = await load();
    await expect(startBackend('native')).rejects.toThrow(
      'CHURN_BACKEND=native: the native backend was asked for, but it is not installed; install it;',
    );
  });

  it('starts once: later calls get what runs, and another choice is refused', async () => {
    const startBackend = await load();
    const first = await startBackend('wasm');
    expect(await startBackend()).toBe(first);
    await expect(startBackend('auto')).rejects.toThrow(/backend auto was asked for where wasm runs/);
  });
});
