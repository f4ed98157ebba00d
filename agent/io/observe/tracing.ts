// Spans of calls → an OpenTelemetry collector, over OTLP/HTTP. Only made where an address is set, and only
// then is the library loaded. A collector that is away costs spans, and a line in the log; never a call.
import type { Attributes, Context, HrTime, Span } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { TracingSettings } from '../../setting/observe-table.ts';
import type { SpanAttributes, SpanStep } from '../../telemetry/span.ts';
import type { Log } from '../log.ts';
import { scrub } from '../scrub.ts';

/** The spans of one call. */
export interface CallTrace {
  take(steps: readonly SpanStep[]): void;
}

export interface Tracing {
  /** `epochMs`: the wall clock at microsecond 0 of the call. */
  begin(epochMs: number): CallTrace;
  /** Sends what is left; ends within some seconds, whoever answers. */
  close(): Promise<void>;
}

/** How long the last spans may take to be sent. */
const CLOSE_MS = 3_000;
const UNSENT = 'could not be sent; see OTEL_EXPORTER_OTLP_ENDPOINT';
/** Complaints about a collector: one in so long. */
const COMPLAINT_EVERY_MS = 60_000;

export async function startTracing(settings: TracingSettings, log: Log): Promise<Tracing> {
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const { endpoint, headers, serviceName } = settings;
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, headers: { ...headers } });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: complaining(exporter, headers, log) })],
  });
  const tracer = provider.getTracer('parley');
  const { CLIENT: client, INTERNAL: internal } = api.SpanKind;
  const { ERROR: code } = api.SpanStatusCode;
  const begin = (epochMs: number): CallTrace => {
    const open = new Map<string, { readonly span: Span; readonly context: Context }>();
    const start = (step: Extract<SpanStep, { kind: 'open' }>): void => {
      const { key, parent, name, by, atUs, attributes } = step;
      const context = (parent === null ? undefined : open.get(parent)?.context) ?? api.ROOT_CONTEXT;
      const kind = by === 'client' ? client : internal;
      const options = { kind, startTime: timeOf(epochMs, atUs), attributes: attributesOf(attributes) };
      const span = tracer.startSpan(name, options, context);
      open.set(key, { span, context: api.trace.setSpan(context, span) });
    };
    const end = ({ key, atUs, attributes, error }: Extract<SpanStep, { kind: 'close' }>): void => {
      const span = open.get(key)?.span;
      open.delete(key);
      span?.setAttributes(attributesOf(attributes));
      if (error !== null) span?.setStatus({ code, message: error });
      span?.end(timeOf(epochMs, atUs));
    };
    return {
      take(steps) {
        for (const step of steps) {
          if (step.kind === 'open') start(step);
          else end(step);
        }
      },
    };
  };
  const close = async (): Promise<void> => {
    if (!(await inTime(provider.shutdown()))) log.warn(`the last traces ${UNSENT}`);
  };
  return { begin, close };
}

/** The library says nothing of what it could not send; whoever waits for traces should know. */
function complaining(exporter: SpanExporter, headers: TracingSettings['headers'], log: Log): SpanExporter {
  let quietUntil = 0;
  return {
    export(spans: ReadableSpan[], done) {
      exporter.export(spans, (result) => {
        if (result.error !== undefined && performance.now() >= quietUntil) {
          quietUntil = performance.now() + COMPLAINT_EVERY_MS;
          const reason = scrub(result.error, headers);
          log.warn({ reason, spans: spans.length }, `traces ${UNSENT}`);
        }
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

/** False when the time was up before. What could not be sent has been complained about. */
async function inTime(closing: Promise<void>): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), CLOSE_MS);
  const done = closing.then(
    () => true,
    () => true,
  );
  const inTime = await Promise.race([done, late.promise]);
  clearTimeout(timer);
  return inTime;
}

/** Seconds and nanoseconds since 1970. */
function timeOf(epochMs: number, atUs: number): HrTime {
  const us = Math.round(epochMs * 1_000) + atUs;
  const second = Math.floor(us / 1_000_000);
  return [second, (us - second * 1_000_000) * 1_000];
}

const attributesOf = (attributes: SpanAttributes): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeof value === 'object' ? [...value] : value]),
  );
