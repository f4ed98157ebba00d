// Networks as a comparison shows them: their names, and what they do in a few words with the source of
// the figures.
import type { NetworkNote } from '#reports/compare/compare-result.ts';
import type { Direction } from '#sim/network/impairment.ts';
import { NETWORK_NAMES, parseNetwork } from '#sim/network/parse.ts';

/** Compared when nothing else is asked for: all that have a wire of their own. */
export const COMPARED = NETWORK_NAMES.filter((name) => name !== 'loopback');

export type Described =
  | { readonly ok: true; readonly network: NetworkNote }
  | { readonly ok: false; readonly reason: string };

/** `text`: a name, a file or words, as `--network` takes it. */
export function describeNetwork(text: string): Described {
  const parsed = parseNetwork(text);
  if (!parsed.ok) return parsed;
  const { up, down, source, status } = parsed.impairment;
  const [there, back] = [inShort(up), inShort(down)];
  const summary = there === back ? `${there}, both ways` : `up ${there}; down ${back}`;
  return { ok: true, network: { name: text, summary, source, status: status ?? 'inferred' } };
}

function inShort({ delayMs, jitter, loss, bottleneck, spike, outage, routeChange }: Direction): string {
  const parts = [`${delayMs} ms`];
  if (jitter !== undefined) parts.push(`${jitter.distribution} jitter ${jitter.ms} ms`);
  if (loss?.kind === 'iid') parts.push(`loss ${percent(loss.share)}`);
  if (loss?.kind === 'ge_packet') parts.push(`bursty loss, ${percent(loss.lossBad)} in bad stretches`);
  if (loss?.kind === 'ge_time')
    parts.push(`${percent(loss.lossBad)} loss for ${loss.badMs} ms every ${loss.goodMs / 1_000} s`);
  if (bottleneck?.kind === 'rate') parts.push(`${bottleneck.kbps} kbit/s`);
  if (bottleneck?.kind === 'trace') parts.push('a capacity trace');
  if (spike !== undefined) parts.push(`spikes of ${spike.meanMs} ms`);
  if (outage !== undefined) parts.push(`${outage.mode} ${outage.minMs}–${outage.maxMs} ms`);
  if (routeChange !== undefined) parts.push(`route change ${routeChange.deltaMs} ms`);
  return parts.join(', ');
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;
