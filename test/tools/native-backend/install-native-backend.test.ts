import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installNativeBackend } from '../../../tools/native-backend/install-native-backend.ts';

/** That it installs is shown by CI, which does it; here is what it does where it cannot. */
describe('installNativeBackend', () => {
  let parent: string;
  let folder: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'churn-install-'));
    folder = join(parent, 'native');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    rmSync(parent, { recursive: true });
  });

  it('says so on a platform that has no libtensorflow to build against', async () => {
    vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin');
    await expect(installNativeBackend({ folder, log: () => {} })).rejects.toThrow(
      /no wheel with libtensorflow for darwin-.+; stay on WebAssembly/,
    );
    expect(readdirSync(parent)).toEqual([]);
  });

  it.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'names the tool that is missing, leaves nothing behind, and keeps what was there',
    async () => {
      mkdirSync(folder);
      writeFileSync(join(folder, 'kept'), '');
      vi.stubEnv('PATH', join(parent, 'nothing'));
      await expect(installNativeBackend({ folder, again: true, log: () => {} })).rejects.toThrow(
        /^native backend, npm: cannot be run; /,
      );
      expect(readdirSync(parent)).toEqual(['native']);
      expect(existsSync(join(folder, 'kept'))).toBe(true);
    },
  );
});
