import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startNativeBackend } from '../../../training/backends/start-native-backend.ts';

const folder = mkdtempSync(join(tmpdir(), 'churn-native-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder whose node_modules has something under the package's name. */
function folderWith(name: string, source: string): string {
  const home = mkdtempSync(join(folder, 'home-'));
  const packageFolder = join(home, 'node_modules', '@tensorflow', 'tfjs-node');
  mkdirSync(packageFolder, { recursive: true });
  writeFileSync(join(packageFolder, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
  writeFileSync(join(packageFolder, 'index.js'), source);
  return home;
}

describe('startNativeBackend', () => {
  it('says how to install it if it is missing', async () => {
    expect(await startNativeBackend(join(folder, 'nowhere'))).toEqual({
      refusal: 'it is not installed; npm run backend:native installs it',
    });
  });

  it('does not take another package under its name, as overrides put there', async () => {
    const home = folderWith('@tensorflow/tfjs', 'globalThis.wasLoaded = true');
    expect(await startNativeBackend(home)).toEqual({
      refusal: 'it is not installed; npm run backend:native installs it',
    });
    expect('wasLoaded' in globalThis).toBe(false);
  });

  it('says in one line why it does not load', async () => {
    const home = folderWith('@tensorflow/tfjs-node', "throw new Error('libtensorflow is gone\\nand more')");
    expect(await startNativeBackend(home)).toEqual({
      refusal: 'it does not load (libtensorflow is gone); npm run backend:native -- --again builds it anew',
    });
  });
});

describe('startBackend', () => {
  beforeEach(() => {
    vi.resetModules();
    vi.doMock('../../../training/backends/start-native-backend.ts', () => ({
      startNativeBackend: async () => ({ refusal: 'it is not installed; install it' }),
    }));
  });
  const load = async () => (await import('../../../training/backends/backend.ts')).startBackend;

  it('falls back to WebAssembly and keeps the reason', async () => {
    const startBackend = await load();
    expect(await startBackend()).toMatchObject({
      name: 'wasm',
      nativeRefusal: 'it is not installed; install it',
    });
  });

  it('does not look for the native backend if WebAssembly is chosen', async () => {
    const startBackend = await load();
    expect(await startBackend('wasm')).toMatchObject({ name: 'wasm', nativeRefusal: null });
  });

  it('fails if the native backend is required and missing', async () => {
    const startBackend = await load();
    await expect(startBackend('native')).rejects.toThrow(
      'CHURN_BACKEND=native: the native backend was asked for, but it is not installed; install it;',
    );
  });

  it('starts once: later calls get the running backend, and another choice is refused', async () => {
    const startBackend = await load();
    const first = await startBackend('wasm');
    expect(await startBackend()).toBe(first);
    await expect(startBackend('auto')).rejects.toThrow(/backend auto was asked for where wasm runs/);
  });
});
