import { reasonOf } from '../../../features/contract/failure.ts';
import { DeliveryFailed } from '../messages/channel.ts';

const TIMEOUT_MILLISECONDS = 10_000;
/** Bad request, gone, too large, and content that is not understood. Others, 404 among them, may be a receiver being set up. */
const FINAL_STATUSES: ReadonlySet<number> = new Set([400, 410, 413, 415, 422]);

/** @throws DeliveryFailed; final for an answer that says the request itself is wrong */
export async function postJson(url: string, body: string, headers: Record<string, string>): Promise<void> {
  let response: Response;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
    response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'error' });
  } catch (error) {
    // The address may hold a key, so it is not repeated.
    throw new DeliveryFailed(`no answer (${causeOf(error)})`, { cause: error });
  }
  // Read to the end, so that the connection can be used again; the time limit holds here too.
  await response.arrayBuffer().catch(() => undefined);
  if (response.ok) return;
  throw new DeliveryFailed(`answered ${response.status}`, { isFinal: FINAL_STATUSES.has(response.status) });
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  return code ?? reasonOf(error);
}
