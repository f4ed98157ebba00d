// In which codec the audio of a call travels on a WebSocket: what each client chooses by itself, what it
// may be told to choose, and as what the quality model scores it.
import { type CodedName, isCodedName, type MakeCodec } from '#agent/media/codec/codec.ts';
import type { ClientKind, Coding } from './caller/client/websocket-client.ts';
import { MIC_RATE } from './caller/utterance.ts';

export type WireCodec = 'pcm16' | CodedName;

/** A stock client sends samples, ours the codec that it was told to use: Opus if none. */
export const wireCodec = (client: ClientKind = 'stock', asked?: WireCodec): WireCodec =>
  client === 'stock' ? 'pcm16' : (asked ?? 'opus');

/** Names of the quality model. Nothing conceals a gap on a WebSocket: µ-law is G.711 without it. */
export const MODEL_CODEC = {
  pcm16: 'pcm16',
  mulaw: 'g711',
  opus: 'opus-wb-vbr-13',
} as const satisfies Readonly<Record<WireCodec, string>>;

/** A client's two ends of `codec`; undefined for samples. Throws where `make` has no codec for its rates. */
export function codingOf(codec: WireCodec, playerRate: number, make: MakeCodec): Coding | undefined {
  if (!isCodedName(codec)) return undefined;
  const uplink = make(codec, MIC_RATE);
  const downlink = make(codec, playerRate);
  if (uplink === undefined || downlink === undefined) throw new Error(`no ${codec} at ${playerRate} Hz`);
  return { uplink, downlink };
}
