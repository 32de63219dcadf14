import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';

/** A socket on which nothing moves for so long is given up. */
const SILENT_MILLISECONDS = 120_000;

type Fail = (reason: string) => void;

const transfers = new AsyncLocalStorage<Fail>();
const atWork = new Set<Fail>();
let isSubscribed = false;
/** Whether the process's callback is the one of this file: another's is left alone. */
let isCapturing = false;

/**
 * Runs a transfer of the client, and fails it for two things that the client itself does not notice: a download whose
 * connection ends before its body does, which it would wait for without end, and a body that cannot be decrypted because it
 * is short, which it throws in a stream's handler, where nobody catches it and the process would die.
 *
 * @param fail Turns what happened into the error that the caller sees
 */
export async function guardTransfer<Result>(
  transfer: () => Promise<Result>,
  fail: (reason: string) => Error,
): Promise<Result> {
  watchRequests();
  return new Promise((resolve, reject) => {
    const failed: Fail = (reason) => {
      end();
      reject(fail(reason));
    };
    const end = () => {
      atWork.delete(failed);
      if (atWork.size === 0) stopCapturing();
    };
    if (!process.hasUncaughtExceptionCaptureCallback()) {
      process.setUncaughtExceptionCaptureCallback(captured);
      isCapturing = true;
    }
    atWork.add(failed);
    transfers.run(failed, transfer).then(resolve, reject).finally(end);
  });
}

/** The stack says nothing about which transfer it was, so all that are at work begin again. */
function captured(error: Error & { readonly code?: string }): void {
  if (/^ERR_OSSL_(BAD_DECRYPT|WRONG_FINAL_BLOCK_LENGTH)$/.test(error.code ?? '')) {
    for (const failed of [...atWork]) failed(`a file could not be decrypted (${error.code})`);
    return;
  }
  // Whatever else is thrown ends the process as it would have.
  stopCapturing();
  setImmediate(() => {
    throw error;
  });
}

function stopCapturing(): void {
  if (isCapturing) process.setUncaughtExceptionCaptureCallback(null);
  isCapturing = false;
}

function watchRequests(): void {
  if (isSubscribed) return;
  isSubscribed = true;
  subscribe('http.client.request.start', (message) => {
    const failed = transfers.getStore();
    const { request } = message as { readonly request: ClientRequest };
    if (failed === undefined) return;
    request.setTimeout(SILENT_MILLISECONDS, () => request.destroy());
    if (request.method !== 'GET') return;
    request.once('response', (response: IncomingMessage) =>
      response.once('close', () => {
        if (!response.complete) failed('a download was cut off');
      }),
    );
  });
}
