// The kinds of setting that all vendors share, as zod schemas. Their messages say what is expected;
// none of them repeats the value it refused, because one of the values is a key.
import { z } from 'zod';

/** Printable ASCII without spaces, as an HTTP header can carry it; '' for servers that ask for none. */
export const apiKey = z
  .string()
  .regex(/^[\x21-\x7e]*$/, 'must be printable ASCII without spaces')
  .default('');

export const webSocketBase = (preset: string) =>
  z
    .string()
    .regex(
      /^wss?:\/\/[^/\s?#]+[^\s?#]*$/,
      'must be a valid address that begins with wss:// or ws://, without spaces and query',
    )
    .transform(withoutSlash)
    .default(preset);

export const httpBase = (preset: string) =>
  z
    .string()
    .regex(
      /^https?:\/\/[^/\s?#]+[^\s?#]*$/,
      'must be a valid address that begins with https:// or http://, without spaces and query',
    )
    .transform(withoutSlash)
    .default(preset);

/** ISO 639-1. */
export const language = z
  .string()
  .regex(/^[a-z]{2}$/, 'must be two lower-case letters such as en')
  .default('en');

/** A deadline in milliseconds: at least 100, at most a minute. */
export const milliseconds = (preset: number) => z.number().min(100).max(60_000).default(preset);

const withoutSlash = (address: string): string => address.replace(/\/+$/, '');
