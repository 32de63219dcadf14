declare module 'hono' {
  interface ContextVariableMap {
    requestId: string;
  }
}

export {};
