import { runWithTsx } from './run-with-tsx.ts';

/** Why the native backend cannot be tested here, or null. Asked of another process: a backend, once started, stays. */
export async function nativeBackendAbsence(): Promise<string | null> {
  const { status, stdout } = await runWithTsx('test/models/backends/say-native-refusal.ts', []);
  return status === 0 ? (JSON.parse(stdout) as string | null) : `its process ended with status ${status}`;
}
