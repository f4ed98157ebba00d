// Logs: one JSON line per event, with levels. Whatever is logged passes a filter that knows the
// values of all secrets, so that a vendor which repeats a key in an error cannot leak it.
import { type Logger, pino } from 'pino';
import { redact } from './redact.ts';

export type Log = Logger;

/** `secrets`: values that must never be written. `write` defaults to standard error. */
export function createLog(
  level: string,
  secrets: readonly string[],
  write: (line: string) => void = (line) => process.stderr.write(line),
): Log {
  return pino({ level }, { write: (line: string) => write(redact(line, secrets)) });
}
