// What the network between caller and agent cost and what it did to the sound: bytes on the wire, time
// and loss of the voice, gaps at the ear. All from what the transport itself counted during the call.
import { seconds, toMs } from '#agent/core/time.ts';
import type { NetworkFact } from '#sim/kernel/fact.ts';
import type { Conversation } from './conversation.ts';
import { at, define, own, type Sample } from './definition.ts';
import { CODECS, type CodecName } from './quality/codec.ts';
import { type MediaRecord, quality } from './quality/mos.ts';

const bandwidth = { unit: 'kbit/s', summary: 'ratio', better: 'lower', point: 'laboratory' } as const;

/** NFR-3: per stream, on WebRTC and for our own client on every transport; a stock one sends samples. */
const NARROW = [at('value', '<', 100, 'webrtc'), own(at('value', '<', 100, 'websocket'))];

export const TRANSPORT = define('transport', [
  {
    ...bandwidth,
    id: 'bandwidth_kbps.up',
    about: 'caller → agent on the wire, all headers included',
    prd: NARROW,
  },
  {
    ...bandwidth,
    id: 'bandwidth_kbps.down',
    about: 'agent → caller on the wire, all headers included',
    prd: NARROW,
  },
  {
    id: 'voice_delay_ms.up',
    about: 'mean from the microphone to the agent, capture included',
    unit: 'ms',
    summary: 'mean',
    better: 'lower',
    point: 'agent',
  },
  {
    id: 'voice_delay_ms.down',
    about: 'mean from the agent to the ear, jitter buffer included',
    unit: 'ms',
    summary: 'mean',
    better: 'lower',
    point: 'ear',
  },
  {
    id: 'jitter_buffer_ms',
    about: "mean time in the caller's jitter buffer",
    unit: 'ms',
    summary: 'mean',
    better: 'lower',
    point: 'ear',
  },
  {
    id: 'concealed_ms_ratio',
    about: 'share of the voice at the ear that was made up or missing',
    unit: 'share',
    summary: 'ratio',
    better: 'lower',
    point: 'ear',
    prd: [at('value', '<', 0.05)],
  },
  {
    id: 'rebuffers',
    about: 'times the voice broke off or was made up at the ear',
    unit: 'count',
    summary: 'sum',
    better: 'lower',
    point: 'ear',
  },
  {
    id: 'hol_stalls',
    about: 'times that data which had arrived waited for a lost packet before it',
    unit: 'count',
    summary: 'sum',
    better: 'lower',
    point: 'laboratory',
  },
]);

export function* transport({ facts, callUs }: Conversation): Iterable<Sample> {
  const records: MediaRecord[] = [];
  for (const fact of facts) {
    if (fact.who !== 'network') continue;
    if (fact.what === 'traffic') yield* traffic(fact, callUs);
    else {
      yield* voice(fact);
      records.push(recordOf(fact));
    }
  }
  yield* quality(records);
}

type Traffic = NetworkFact & { what: 'traffic' };
type Voice = NetworkFact & { what: 'voice' };

function* traffic({ direction, bytes, stalls }: Traffic, callUs: number): Iterable<Sample> {
  if (callUs > 0) {
    yield { kpi: `bandwidth_kbps.${direction}`, value: (bytes * 8) / 1_000, of: callUs / seconds(1) };
  }
  if (direction === 'down') yield { kpi: 'hol_stalls', value: stalls };
}

function* voice({ direction, expected, lost, bursts, delayUs, bufferUs }: Voice): Iterable<Sample> {
  yield { kpi: `voice_delay_ms.${direction}`, value: toMs(delayUs) };
  if (direction === 'up') return;
  yield { kpi: 'jitter_buffer_ms', value: toMs(bufferUs) };
  yield { kpi: 'concealed_ms_ratio', value: lost, of: expected };
  yield { kpi: 'rebuffers', value: bursts };
}

function recordOf({ direction, codec, expected, lost, bursts, delayUs }: Voice): MediaRecord {
  const known: CodecName = codec in CODECS ? (codec as CodecName) : 'g711-plc';
  return { direction, codec: known, expected, lost, bursts, delayMs: toMs(delayUs) };
}
