import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitCommit } from '../../cli/context/git-commit.ts';
import { PROGRAM_VERSION } from '../../serving/service/program-version.ts';

/*
 * Builds dist/, which the package is made of: plain JavaScript, the files that it reads at run time, and its version
 * with the commit that it was built from.
 */

const root = join(import.meta.dirname, '..', '..');
const dist = join(root, 'dist');
const ASSET_FOLDERS = ['features/dbt/compiled', 'models', 'training', 'serving/what-if'];
const ASSET = /\.(wasm|mjs|sql|json)$/;

rmSync(dist, { recursive: true, force: true });
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
for (const folder of ASSET_FOLDERS) {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => ASSET.test(name)))
    cpSync(join(root, folder, file), join(dist, folder, file));
}
const manifest = { name: 'churn', version: PROGRAM_VERSION, type: 'module', gitHead: gitCommit() };
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
