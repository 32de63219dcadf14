import { OperationFailed } from '../../features/contract/failure.ts';
import type { BackendChoice } from './backend-choice.ts';
import { startNativeBackend } from './start-native-backend.ts';
import { startWasmBackend } from './start-wasm-backend.ts';
import type { Backend } from './tensorflow.ts';

/** What runs, and why the native backend does not. */
export interface StartedBackend extends Backend {
  /** A clause; null where the native backend runs or was not asked for. */
  readonly nativeRefusal: string | null;
}

let started: { readonly choice: BackendChoice; readonly backend: Promise<StartedBackend> } | undefined;

/**
 * Starts TensorFlow.js once per process or worker thread; whoever comes later gets what runs.
 * Only training needs it; scoring runs on typed arrays and never pays for this start.
 *
 * @param choice by default what was chosen before, else `auto`
 * @throws OperationFailed when `native` is insisted on and does not load, or another choice was started before
 */
export async function startBackend(
  choice: BackendChoice = started?.choice ?? 'auto',
): Promise<StartedBackend> {
  started ??= { choice, backend: start(choice) };
  if (started.choice !== choice)
    throw new OperationFailed({
      where: 'TensorFlow.js',
      what: `backend ${choice} was asked for where ${started.choice} runs`,
      remedy: 'start another process for it',
    });
  return started.backend;
}

async function start(choice: BackendChoice): Promise<StartedBackend> {
  if (choice === 'wasm') return { ...(await startWasmBackend()), nativeRefusal: null };
  const native = await startNativeBackend();
  if ('backend' in native) return { ...native.backend, nativeRefusal: null };
  if (choice === 'native')
    throw new OperationFailed({
      where: 'CHURN_BACKEND=native',
      what: `the native backend was asked for, but ${native.refusal}`,
      remedy: 'or set CHURN_BACKEND=auto to train on WebAssembly',
    });
  return { ...(await startWasmBackend()), nativeRefusal: native.refusal };
}
