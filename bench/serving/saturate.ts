import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Request } from './requests.ts';

export interface Saturation {
  readonly requestsPerSecond: number;
  readonly megabytesPerSecond: number;
  /** Processor time of the service, user and system; NaN where the system does not tell. */
  readonly cpuMillisecondsPerRequest: number;
  readonly p50Milliseconds: number;
  readonly failures: number;
}

export interface SaturateOptions {
  readonly seconds: number;
  readonly connections: number;
  /** Of the service. */
  readonly pid: number;
}

const WARM_UP_SECONDS = 3;

/**
 * As many requests as the service answers, from a fixed number of connections that never pause. Answers are counted by
 * their length and not parsed: with lists of a hundred kilobytes, load generators on Node spend more time on an answer
 * than the service does, and on two cores one would measure them.
 */
export async function saturate(
  url: string,
  requests: readonly Request[],
  { seconds, connections, pid }: SaturateOptions,
): Promise<Saturation> {
  const { hostname, port } = new URL(url);
  const texts = requests.map(({ method, path, headers, body = '' }) =>
    Buffer.from(
      [
        `${method} ${path} HTTP/1.1`,
        `host: ${hostname}`,
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
        ...(body === '' ? [] : [`content-length: ${Buffer.byteLength(body)}`]),
        '',
        body,
      ].join('\r\n'),
    ),
  );
  let next = 0;
  let isMeasured = false;
  let [answered, failures, bytes] = [0, 0, 0];
  const milliseconds: number[] = [];
  const loops = Array.from({ length: connections }, () =>
    closedLoop(
      hostname,
      Number(port),
      () => texts[next++ % texts.length]!,
      (answer) => {
        if (!isMeasured) return;
        answered++;
        bytes += answer.bytes;
        milliseconds.push(answer.milliseconds);
        if (answer.status !== 200) failures++;
      },
    ),
  );
  await pause(WARM_UP_SECONDS);
  isMeasured = true;
  const [begun, cpuBefore] = [performance.now(), cpuMilliseconds(pid)];
  await pause(seconds);
  isMeasured = false;
  const elapsed = (performance.now() - begun) / 1000;
  const cpu = cpuMilliseconds(pid) - cpuBefore;
  for (const stop of loops) stop();
  milliseconds.sort((a, b) => a - b);
  return {
    requestsPerSecond: answered / elapsed,
    megabytesPerSecond: bytes / elapsed / 1e6,
    cpuMillisecondsPerRequest: cpu / answered,
    p50Milliseconds: milliseconds[Math.floor(answered / 2)] ?? Number.NaN,
    failures,
  };
}

interface Answer {
  readonly status: number;
  readonly bytes: number;
  readonly milliseconds: number;
}

/** One connection: a request, its whole answer, the next request. @returns how to end it */
function closedLoop(
  host: string,
  port: number,
  request: () => Buffer,
  onAnswer: (answer: Answer) => void,
): () => void {
  const socket = connect({ host, port, noDelay: true });
  let [sentAt, status, awaited, received] = [0, 0, -1, 0];
  let head = '';
  const send = () => {
    [awaited, received, head] = [-1, 0, ''];
    sentAt = performance.now();
    socket.write(request());
  };
  socket.on('connect', send);
  socket.on('data', (part: Buffer) => {
    received += part.length;
    if (awaited < 0) {
      head += part.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      status = Number(head.slice(9, 12));
      const length = /\r\ncontent-length: *(\d+)/i.exec(head.slice(0, end))?.[1];
      if (length === undefined) throw new Error('an answer came without its length');
      awaited = end + 4 + Number(length);
    }
    if (received < awaited) return;
    onAnswer({ status, bytes: received, milliseconds: performance.now() - sentAt });
    send();
  });
  return () => socket.destroy();
}

/** Linux counts it in ticks of ten milliseconds. */
function cpuMilliseconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
