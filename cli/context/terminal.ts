/**
 * Where a command speaks: results on stdout, everything else on stderr.
 * With `--json`, stdout carries one JSON document and nothing else.
 */
export interface Terminal {
  readonly isJson: boolean;
  /** Columns of the terminal, or a width that reads well in a log. */
  readonly width: number;
  readonly isColoured: boolean;
  /** The result for a person; silent with `--json`. */
  print(text: string): void;
  /** The result for a program; silent without `--json`. */
  document(value: unknown): void;
  /** Progress and notes, one line each. */
  log(line: string): void;
  /** A progress bar that redraws itself on a terminal and is silent elsewhere. `share` is in [0, 1]. */
  progress(label: string, share: number): void;
}

interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

const READABLE_WIDTH = 120;

export function createTerminal(isJson: boolean, { stdout, stderr }: Streams = process): Terminal {
  let isBarDrawn = false;
  const clearBar = () => {
    if (isBarDrawn) stderr.write('\r\x1b[K');
    isBarDrawn = false;
  };
  return {
    isJson,
    width: stdout.isTTY ? Math.max(80, stdout.columns ?? READABLE_WIDTH) : READABLE_WIDTH,
    isColoured: stdout.isTTY === true && stdout.hasColors(),
    print(text) {
      clearBar();
      if (!isJson) stdout.write(`${text}\n`);
    },
    document(value) {
      clearBar();
      if (isJson) stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    log(line) {
      clearBar();
      stderr.write(`${line}\n`);
    },
    progress(label, share) {
      if (!stderr.isTTY) return;
      stderr.write(`\r\x1b[K${bar(share)} ${label}`);
      isBarDrawn = true;
    },
  };
}

const BAR_CELLS = 24;

/** @example bar(0.5) // '████████████············  50 %' */
function bar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_CELLS);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `${'█'.repeat(filled)}${'·'.repeat(BAR_CELLS - filled)} ${percent} %`;
}
