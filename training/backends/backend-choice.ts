/** `auto` takes the native backend where it is installed and loads, else WebAssembly; `native` insists on it. */
export const BACKEND_CHOICES = ['auto', 'wasm', 'native'] as const;

export type BackendChoice = (typeof BACKEND_CHOICES)[number];
