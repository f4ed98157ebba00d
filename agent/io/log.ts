// Logs: one JSON line per event, with its time, its level as a word, and the call it belongs to. Whatever is
// logged passes a filter that knows the values of all secrets, so that a vendor which repeats a key in an
// error cannot leak it.
import { type Logger, pino, stdTimeFunctions } from 'pino';
import { redact } from './redact.ts';

export type Log = Logger;

/** `secrets`: values that must never be written. `write` defaults to standard error. */
export function createLog(
  level: string,
  secrets: readonly string[],
  write: (line: string) => void = (line) => process.stderr.write(line),
): Log {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, { write: (line: string) => write(redact(line, secrets)) });
}
