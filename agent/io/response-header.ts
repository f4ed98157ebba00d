// The headers of an answer as the wire vocabulary has them: one string for each lower-case name.
import type { IncomingMessage } from 'node:http';
import type { Headers } from '../core/wire.ts';

export function headersOf(response: IncomingMessage): Headers {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
