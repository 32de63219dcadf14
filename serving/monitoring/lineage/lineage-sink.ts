import { appendFile } from 'node:fs/promises';
import { OperationFailed, reasonOf } from '../../../features/contract/failure.ts';
import type { RunEvent } from './run-events.ts';

const TIMEOUT_MILLISECONDS = 5_000;

/** @throws OperationFailed for a server or a file that does not take the event */
export type LineageSink = (event: RunEvent) => Promise<void>;

export interface LineageAddress {
  /** Base of an OpenLineage server. */
  readonly url: string | undefined;
  readonly apiKey: string | undefined;
  /** Gets one event a line. */
  readonly file: string | undefined;
}

/** Sends to the server, to the file, or to both; null where neither is named. */
export function lineageSink({ url, apiKey, file }: LineageAddress): LineageSink | null {
  const sinks: LineageSink[] = [
    ...(url === undefined ? [] : [serverSink(url, apiKey)]),
    ...(file === undefined ? [] : [fileSink(file)]),
  ];
  if (sinks.length === 0) return null;
  return async (event) => {
    for (const sink of sinks) await sink(event);
  };
}

function serverSink(url: string, apiKey: string | undefined): LineageSink {
  const address = `${url.replace(/\/$/, '')}/api/v1/lineage`;
  return async (event) => {
    try {
      const response = await fetch(address, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify(event),
        signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`status ${response.status}`);
    } catch (cause) {
      throw notTaken(address, cause, 'check OPENLINEAGE_URL and OPENLINEAGE_API_KEY');
    }
  };
}

function fileSink(file: string): LineageSink {
  return async (event) => {
    try {
      await appendFile(file, `${JSON.stringify(event)}\n`);
    } catch (cause) {
      throw notTaken(file, cause, 'check OPENLINEAGE_FILE');
    }
  };
}

function notTaken(where: string, cause: unknown, remedy: string): OperationFailed {
  return new OperationFailed({ where, what: `the event was not taken (${reasonOf(cause)})`, remedy, cause });
}
