// Networks by name, by file or written out: what `--network` accepts. What is not understood is
// refused with the field that is wrong; nothing is corrected in silence.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseProfileFile } from './profile-file.ts';
import { type Parsed, parseWritten } from './written.ts';

/** Profiles that come with the repository. */
export const NETWORK_NAMES = [
  'loopback',
  'datacentre',
  'fibre',
  'good-wifi',
  'congested-wifi',
  'lte-moving',
  '5g-nsa-moving',
  'leo-satellite',
  'intercontinental',
  'bufferbloat-dsl',
] as const;

export type NetworkName = (typeof NETWORK_NAMES)[number];

/** One of `NETWORK_NAMES`, the path of a `.json` profile, or words such as `delay=40ms loss=2%`. */
export function parseNetwork(text: string): Parsed {
  const name = text.trim();
  const known = NETWORK_NAMES.find((each) => each === name);
  if (known !== undefined) return namedNetwork(known);
  if (name.endsWith('.json') && !name.includes('=')) return networkFile(name, name);
  if (/[=:]/.test(name) || /^reorder\b/.test(name)) return parseWritten(name, readText);
  const names = NETWORK_NAMES.join(', ');
  return {
    ok: false,
    reason: `"${name}" is not one of ${names}, nor a .json file, nor words such as delay=40ms loss=2%`,
  };
}

/** Read once per process: what comes with the repository does not change. */
const named = new Map<NetworkName, Parsed>();

function namedNetwork(name: NetworkName): Parsed {
  const kept = named.get(name);
  if (kept !== undefined) return kept;
  const parsed = networkFile(name, fileURLToPath(new URL(`profile/${name}.json`, import.meta.url)));
  named.set(name, parsed);
  return parsed;
}

function networkFile(origin: string, path: string): Parsed {
  const text = readText(path);
  if (text === undefined) return { ok: false, reason: `network "${origin}": the file cannot be read` };
  return parseProfileFile(origin, text, (file) => readText(join(dirname(path), file)));
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
