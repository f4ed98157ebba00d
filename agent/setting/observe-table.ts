// The settings of whoever runs the agent: who may look at it, what a day may cost, how it goes down, and
// where its traces go. A part of the table of all variables, in the same form and with the same promises.
import { z } from 'zod';
import { addressOrNone, keyOrNone, number, oneOf, text, type Variable, whole } from './variable.ts';

export type ObserveSettings = {
  /** With what /metrics and the dashboard may be asked for from elsewhere; '' from this machine only. */
  readonly token: string;
  /** US dollars that all calls of a day (UTC) may cost at list prices; 0 is no cap. */
  readonly budgetUsdPerDay: number;
  /** How long calls may go on after SIGTERM. */
  readonly drainMs: number;
  readonly tracing: TracingSettings;
};

export type TracingSettings = {
  /** OTLP over HTTP, without `/v1/traces`; '' for no traces. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** Spans hold what was said. */
  readonly content: boolean;
};

/** `name=value` pairs between commas, values percent-encoded, as OpenTelemetry writes them. */
const headers = z.string().transform((written, context) => {
  const found: Record<string, string> = {};
  for (const pair of written.split(',')) {
    if (pair.trim() === '') continue;
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())];
    if (at > 0 && /^[\w!#$%&'*+.^`|~-]+$/.test(name) && value !== undefined) found[name] = value;
    else context.addIssue({ code: 'custom', message: 'must be name=value pairs between commas' });
  }
  return found;
}) as unknown as z.ZodType<Readonly<Record<string, string>>, string>;

function decoded(written: string): string | undefined {
  try {
    const value = decodeURIComponent(written);
    return /^[\x20-\x7e]*$/.test(value) ? value : undefined;
  } catch {
    // The only error of decodeURIComponent is that the text is not encoded.
    return undefined;
  }
}

export const OBSERVE_VARIABLES = {
  budgetUsdPerDay: {
    name: 'BUDGET_USD_PER_DAY',
    about: 'what all calls of a day (UTC) may cost, US dollars: then new calls are turned away; 0 = no cap',
    schema: number(0, 1_000_000),
    preset: '0',
  },
  drainMs: {
    name: 'DRAIN_MS',
    about: 'how long running calls may go on after SIGTERM, ms; the last 8 s are for a farewell',
    schema: whole(0, 3_600_000),
    preset: '20000',
  },
  observeToken: {
    name: 'OBSERVE_TOKEN',
    about: 'opens /metrics and /dashboard to other machines; when empty they are for this one only',
    schema: keyOrNone,
    preset: '',
    secret: true,
  },
  otlpEndpoint: {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    about: 'where traces go, OTLP over HTTP, such as http://localhost:4318; no traces when empty',
    schema: addressOrNone('https', 'http'),
    preset: '',
  },
  otlpHeaders: {
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    about: 'sent along with them: name=value pairs between commas',
    schema: headers,
    preset: '',
    secret: true,
  },
  otelServiceName: {
    name: 'OTEL_SERVICE_NAME',
    about: 'under which name',
    schema: text,
    preset: 'parley',
  },
  otelCaptureContent: {
    name: 'OTEL_CAPTURE_CONTENT',
    about: 'whether traces hold what was said: yes or no',
    schema: oneOf('yes', 'no').transform((value) => value === 'yes'),
    preset: 'no',
  },
} as const satisfies Record<string, Variable<unknown>>;

type Values = { [K in keyof typeof OBSERVE_VARIABLES]: z.output<(typeof OBSERVE_VARIABLES)[K]['schema']> };

export const observeOf = (values: Values): ObserveSettings => ({
  token: values.observeToken,
  budgetUsdPerDay: values.budgetUsdPerDay,
  drainMs: values.drainMs,
  tracing: {
    endpoint: values.otlpEndpoint.replace(/\/+$/, ''),
    headers: values.otlpHeaders,
    serviceName: values.otelServiceName,
    content: values.otelCaptureContent,
  },
});
