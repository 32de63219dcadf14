import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { EndedRequest } from './service-metrics.ts';
import { serviceResource } from './service-resource.ts';

export interface RequestTraces {
  /** A span for a request, below the caller's where it sends a traceparent. */
  start(header: (name: string) => string | undefined): Span;
  end(span: Span, request: EndedRequest): void;
  stop(): Promise<void>;
}

/** @param otlpEndpoint Base of an OTLP/HTTP collector */
export function createRequestTraces(version: string, otlpEndpoint: string): RequestTraces {
  const provider = new BasicTracerProvider({
    resource: serviceResource(version),
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url: `${otlpEndpoint.replace(/\/$/, '')}/v1/traces` })),
    ],
  });
  const tracer = provider.getTracer('churn');
  const propagator = new W3CTraceContextPropagator();
  return {
    start(header) {
      const parent = propagator.extract(ROOT_CONTEXT, header, {
        keys: () => ['traceparent', 'tracestate'],
        get: (carrier, name) => carrier(name),
      });
      return tracer.startSpan('request', { kind: SpanKind.SERVER }, parent);
    },
    end(span, { method, route, status }) {
      span.updateName(route === null ? method : `${method} ${route}`);
      span.setAttribute('http.request.method', method);
      span.setAttribute('http.response.status_code', status);
      if (route !== null) span.setAttribute('http.route', route);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
    stop: () => provider.shutdown(),
  };
}

export function traceIdOf(span: Span | undefined): string | undefined {
  const context = span?.spanContext();
  return context !== undefined && trace.isSpanContextValid(context) ? context.traceId : undefined;
}
