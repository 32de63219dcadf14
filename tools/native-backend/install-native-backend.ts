import { spawn } from 'node:child_process';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OperationFailed } from '../../features/contract/failure.ts';

export interface NativeInstallation {
  readonly folder: string;
  /** It was there and loads; nothing was changed. */
  readonly existed: boolean;
}

interface InstallRequest {
  /** Where it belongs, usually NATIVE_BACKEND_FOLDER. Built beside it and renamed once it has multiplied two matrices. */
  readonly folder: string;
  /** Builds it anew even where the installed one loads. */
  readonly again?: boolean;
  readonly log: (line: string) => void;
}

const here = import.meta.dirname;
const pinnedFolder = join(here, 'pinned');
/** Node-API 8 is what tfjs-node looks for on every Node this project runs on. */
const NODE_API = 8;
const COMPILER = 'c++';
/** Members of the wheel that the addon is built from and runs with. */
const WHEEL_PARTS = ['tensorflow/include/', 'tensorflow/libtensorflow'];
const EXTRACT = `
import glob, sys, zipfile
wheel = zipfile.ZipFile(glob.glob(sys.argv[1] + '/*.whl')[0])
wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.startswith(tuple(sys.argv[3:]))])
`;

/**
 * Installs `@tensorflow/tfjs-node` without the download its own install asks for: the package from npm with its scripts
 * off, libtensorflow and its headers from PyPI's tensorflow-cpu wheel, and the addon compiled against the two.
 *
 * @throws OperationFailed where the platform has no such wheel, a tool is missing or a step fails
 */
export async function installNativeBackend({
  folder,
  again = false,
  log,
}: InstallRequest): Promise<NativeInstallation> {
  const platform = `${process.platform}-${process.arch}`;
  if (platform !== 'linux-x64')
    throw new OperationFailed({
      where: 'native backend',
      what: `tensorflow-cpu has no wheel with libtensorflow for ${platform}`,
      remedy: 'stay on WebAssembly, which needs nothing',
    });
  if (!again && (await loads(folder))) return { folder, existed: true };
  const side = `${folder}.part`;
  await rm(side, { recursive: true, force: true });
  await mkdir(side, { recursive: true });
  try {
    await build(side, log);
    log('trying it');
    await run(
      process.execPath,
      tryArguments(side),
      side,
      'stay on WebAssembly, and report this with the Node version',
    );
    await rm(folder, { recursive: true, force: true });
    await rename(side, folder);
  } catch (cause) {
    await rm(side, { recursive: true, force: true });
    throw cause;
  }
  return { folder, existed: false };
}

async function build(side: string, log: (line: string) => void): Promise<void> {
  const addon = join(side, 'node_modules', '@tensorflow', 'tfjs-node');
  const library = join(addon, 'deps', 'lib');
  const binary = join(addon, 'lib', `napi-v${NODE_API}`);
  const wheel = join(side, 'wheel');

  log('@tensorflow/tfjs-node from npm, its scripts off');
  for (const file of ['package.json', 'package-lock.json'])
    await cp(join(pinnedFolder, file), join(side, file));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', ['ci', ...quiet], side, 'see that the npm registry answers');

  log('libtensorflow from PyPI (270 MB)');
  const pinned = [
    '--require-hashes',
    '-r',
    join(pinnedFolder, 'requirements.txt'),
    '--no-deps',
    '--only-binary=:all:',
  ];
  // The libraries are the same in every Python's wheel; naming one makes the machine's own Python not matter.
  const target = [
    '--python-version=3.11',
    '--implementation=cp',
    '--abi=cp311',
    '--platform=manylinux_2_27_x86_64',
  ];
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', ...pinned, ...target];
  await run('python3', [...pip, '-d', wheel], side, 'install Python 3 with pip, and see that PyPI answers');
  await run('python3', ['-c', EXTRACT, wheel, side, ...WHEEL_PARTS], side, 'see that 2 GB of disk are free');

  log('compiling the addon');
  const tensorflow = join(side, 'tensorflow');
  await mkdir(library, { recursive: true });
  await mkdir(binary, { recursive: true });
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
    await rename(join(tensorflow, name), join(library, name));
  await run(
    COMPILER,
    compilerArguments({ side, addon, library, binary, tensorflow }),
    side,
    'install g++ or clang++',
  );
  for (const folder of [tensorflow, wheel]) await rm(folder, { recursive: true });
}

function compilerArguments(
  at: Record<'side' | 'addon' | 'library' | 'binary' | 'tensorflow', string>,
): string[] {
  return [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', `-DNAPI_VERSION=${NODE_API}`],
    `-I${join(at.side, 'node_modules', 'node-api-headers', 'include')}`,
    `-I${join(at.tensorflow, 'include')}`,
    join(at.addon, 'binding', 'tfjs_backend.cc'),
    join(at.addon, 'binding', 'tfjs_binding.cc'),
    join(here, 'one-thread.cc'),
    ...['-o', join(at.binary, 'tfjs_binding.node')],
    ...[`-L${at.library}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ];
}

async function loads(folder: string): Promise<boolean> {
  return run(process.execPath, tryArguments(folder), here, '').then(
    () => true,
    () => false,
  );
}

/** A process of its own: an addon that fails to load may take the process with it. */
function tryArguments(folder: string): string[] {
  const loader = import.meta.resolve('tsx');
  return ['--import', loader, join(here, 'try-native-backend.ts'), folder];
}

function run(command: string, args: readonly string[], cwd: string, remedy: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const fail = (what: string, cause?: unknown) =>
      reject(new OperationFailed({ where: `native backend, ${command}`, what, remedy, cause }));
    child.on('error', (cause) => fail('cannot be run', cause));
    child.on('close', (status) => {
      const last = said.trim().split('\n').at(-1);
      if (status === 0) resolve();
      else fail(`ended with status ${status}${last ? `: ${last}` : ''}`);
    });
  });
}
