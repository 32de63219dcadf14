declare module 'hono' {
  interface ContextVariableMap {
    /** The pattern of the route that answers, for telemetry. */
    route: string;
    requestId: string;
  }
}

export {};
