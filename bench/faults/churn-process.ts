import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const ENTRY = join(import.meta.dirname, '..', '..', 'cli', 'churn.mjs');

export interface Ended {
  /** Null for one that was killed. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface ChurnProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface ChurnOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Files of the process cannot grow beyond this: what a full disk is like. */
  readonly fileKilobytes?: number;
}

/** Starts the real command on a home, with temporary folders of its own, in a process of its own. */
export function startChurn(
  home: string,
  args: readonly string[],
  { environment = {}, fileKilobytes }: ChurnOptions = {},
): ChurnProcess {
  const started = performance.now();
  const node = [process.execPath, ENTRY, ...args];
  // Ignored, the signal becomes an error of the write that went too far.
  const limited = `trap '' XFSZ; ulimit -f ${fileKilobytes}; exec "$@"`;
  const [command, ...rest] = fileKilobytes === undefined ? node : ['bash', '-c', limited, 'bash', ...node];
  const child = spawn(command!, rest, {
    env: {
      PATH: process.env.PATH,
      CHURN_HOME: home,
      TMPDIR: join(home, '..', 'temporary'),
      NO_COLOR: '1',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) =>
      resolve({ status, stdout, stderr, seconds: (performance.now() - started) / 1000 }),
    );
  });
  return { child, ended };
}

export function runChurn(home: string, args: readonly string[], options?: ChurnOptions): Promise<Ended> {
  return startChurn(home, args, options).ended;
}
