// Small plain pieces of HTTP and JSON that every emulator needs: a whole answer in one go, and JSON
// read without an exception. Bytes from a client are never trusted to be anything.
import type { Headers } from '#agent/core/wire.ts';
import type { UpgradeAnswer, VendorExchange } from './vendor.ts';

export type PlainAnswer = { readonly status: number; readonly headers: Headers; readonly body: string };

export type JsonObject = Readonly<Record<string, unknown>>;

/** `value` as the body of an answer. */
export const jsonAnswer = (status: number, value: unknown, headers: Headers = {}): PlainAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});

export function sendAnswer(exchange: VendorExchange, answer: PlainAnswer): void {
  exchange.head(answer.status, answer.headers);
  exchange.write(Buffer.from(answer.body));
  exchange.end();
}

export const refusal = (answer: PlainAnswer, afterUs: number): UpgradeAnswer => ({
  kind: 'refuse',
  afterUs,
  ...answer,
});

/** The JSON object that `text` holds, or undefined for anything else. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
