import { spawn, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { renderTable } from '../../cli/printing/render-table.ts';
import { benchmarkedArchitecture } from './architecture.ts';
import type { EpochTime, Trained } from './trained.ts';

/**
 * How fast one architecture trains: ours on WebAssembly and native, PyTorch beside it, in turns on the same cores.
 * An engine's figure is that of its fastest epoch, which is the one that whatever else the machine does disturbed least.
 * `--json` prints the rows; `--seconds N` trains longer in each turn, `--rounds N` takes more turns.
 */
interface Row {
  readonly engine: string;
  readonly cores: number;
  readonly rowsPerSecond: number | null;
  /** Of all threads together: what is left of a figure when other work takes turns on the same cores. */
  readonly rowsPerCpuSecond: number | null;
  /** Time for the same rows, PyTorch's on as many cores = 1. */
  readonly timeOfPeer: number | null;
  /** Why there is no figure. */
  readonly absence: string | null;
}

interface Engine {
  readonly name: string;
  command(threads: number): readonly string[];
}

const here = import.meta.dirname;
const seconds = Number(option('--seconds') ?? 3);
const rounds = Number(option('--rounds') ?? 4);
const architecture = benchmarkedArchitecture();
const processor = cpus()[0]?.model;
const python = pythonOfEnvironment();
const engines: readonly Engine[] = [
  {
    name: 'PyTorch',
    command: (threads) => [
      python,
      join(here, 'peer.py'),
      JSON.stringify({ ...architecture, threads, seconds }),
    ],
  },
  { name: 'native', command: () => ours('native') },
  { name: 'WASM', command: () => ours('wasm') },
];

const rows: Row[] = [];
for (const cores of [1, 2].filter((count) => count <= cpus().length)) rows.push(...(await compare(cores)));
if (process.argv.includes('--json')) console.log(JSON.stringify({ architecture, processor, rows }, null, 2));
else console.log(`${describeArchitecture()}\n\n${describeRows()}`);

async function compare(cores: number): Promise<Row[]> {
  const epochs = new Map<string, EpochTime[]>();
  const titles = new Map<string, string>();
  for (let round = 0; round < rounds; round++)
    for (const { name, command } of engines) {
      const outcome = await train(command(cores), cores, round);
      titles.set(name, typeof outcome === 'string' ? outcome : outcome.engine);
      if (typeof outcome !== 'string') epochs.set(name, [...(epochs.get(name) ?? []), ...outcome.epochs]);
    }
  const fastest = (name: string, what: keyof EpochTime): number =>
    Math.min(...(epochs.get(name) ?? []).map((epoch) => epoch[what]));
  return engines.map(({ name }) => {
    const title = titles.get(name)!;
    if (!epochs.has(name))
      return {
        engine: name,
        cores,
        rowsPerSecond: null,
        rowsPerCpuSecond: null,
        timeOfPeer: null,
        absence: title,
      };
    return {
      engine: `${name}: ${title}`,
      cores,
      rowsPerSecond: Math.round(architecture.rows / fastest(name, 'seconds')),
      rowsPerCpuSecond: Math.round(architecture.rows / fastest(name, 'cpuSeconds')),
      timeOfPeer: epochs.has('PyTorch') ? fastest(name, 'seconds') / fastest('PyTorch', 'seconds') : null,
      absence: null,
    };
  });
}

/** Runs one engine on the first `cores` cores; its epochs, or why there are none. */
function train(command: readonly string[], cores: number, round: number): Promise<Trained | string> {
  const list = Array.from({ length: cores }, (_, core) => core).join(',');
  return new Promise((resolve) => {
    const child = spawn('taskset', ['-c', list, ...command], {
      env: {
        ...process.env,
        OMP_NUM_THREADS: String(cores),
        // PyTorch's threads wait for each other by spinning, which is faster on an idle machine and ruinous on a busy one.
        OMP_WAIT_POLICY: round % 2 === 0 ? 'PASSIVE' : 'ACTIVE',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error) => resolve(error.message));
    child.on('close', (status) => resolve(status === 0 ? JSON.parse(stdout) : reason(stderr)));
  });
}

function ours(choice: string): string[] {
  return [process.execPath, '--import', 'tsx', join(here, 'train-ours.ts'), choice, String(seconds)];
}

function pythonOfEnvironment(): string {
  const made = spawnSync('bash', [join(here, 'environment')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return lastLine(made.stdout);
}

function describeArchitecture(): string {
  const { submodels, hidden, inputs, batchRows, intervals } = architecture;
  return `${submodels} submodels, ${inputs} inputs, ${hidden.join(' × ')} hidden units, ${intervals} hazards, batches of ${batchRows} rows; ${processor}`;
}

function describeRows(): string {
  const figure = (value: number | null): string => value?.toLocaleString('en') ?? '–';
  return renderTable(
    ['engine', 'cores', 'rows/s', 'rows per CPU second', 'time, PyTorch = 1'],
    rows.map(({ engine, cores, rowsPerSecond, rowsPerCpuSecond, timeOfPeer, absence }) => [
      absence === null ? engine : `${engine}: ${absence}`,
      String(cores),
      figure(rowsPerSecond),
      figure(rowsPerCpuSecond),
      timeOfPeer?.toFixed(2) ?? '–',
    ]),
  );
}

/** The line that names what was thrown, else the last one. */
function reason(stderr: string): string {
  return /^\w*(?:Failed|Error|Input): (.+)$/m.exec(stderr)?.[1] ?? lastLine(stderr);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}
