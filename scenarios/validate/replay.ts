// Recorded arrivals through the receiver of `agent/media`: what it would have done with exactly the
// packets that a real one got. Opus payloads were not recorded, so in-band FEC is drawn as the sender
// model has it; the phase of the receiver's 10 ms clock was not either, so four phases are averaged.
import type { MediaPacket } from '#agent/media/jitter-buffer/packet-store.ts';
import { JitterBuffer } from '#agent/media/jitter-buffer/receiver.ts';
import { type JitterSettings, M106, TICK_MS } from '#agent/media/jitter-buffer/setting.ts';
import { difference } from '#agent/media/jitter-buffer/statistic.ts';
import { FecModel } from '#sim/network/rtc/fec.ts';
import { LossReport } from '#sim/network/rtc/loss-report.ts';
import { ModelledStretch } from '#sim/network/rtc/modelled-stretch.ts';
import type { Arrival } from './arrival.ts';
import { MouthToEar } from './mouth-to-ear.ts';
import { figuresOf, meanFigures, type RtcFigures, type RtcOptions } from './rtc-figure.ts';

const FRAME_SAMPLES = 960;
/** The statistics of the first two seconds are not counted, as in the recording. */
const SKIP_MS = 2_000;
/** Receiver reports of audio come every five seconds. */
const REPORT_MS = 5_000;
/** A packet of no more is comfort noise: headers and at most two bytes. */
const NOISE_BYTES_MAX = 68;
/** A packet of no more is a frame without speech; with its copy of another in a RED packet. */
const PAUSE_BYTES_MAX = 116;
const PAUSE_BYTES_MAX_RED = 180;
const PHASES_MS = [0, 2.5, 5, 7.5] as const;

export function replayArrivals(
  arrivals: readonly Arrival[],
  options: RtcOptions,
  settings: JitterSettings = M106,
): RtcFigures {
  return meanFigures(PHASES_MS.map((phaseMs) => replayOnce(arrivals, options, settings, phaseMs)));
}

type Sent = { readonly sendMs: number };

function replayOnce(
  arrivals: readonly Arrival[],
  options: RtcOptions,
  settings: JitterSettings,
  phaseMs: number,
): RtcFigures {
  const buffer = new JitterBuffer<Sent>(settings, new ModelledStretch(1, 'replay'));
  const ear = new MouthToEar();
  const inOrder = arrivals.filter(arrived).sort((a, b) => a.arriveMs - b.arriveMs);
  const sentAt = sendTimes(arrivals);
  const copies = copiesOf(arrivals, options, sentAt);
  const firstMs = inOrder[0]?.arriveMs ?? 0;
  const lastMs = inOrder[inOrder.length - 1]?.arriveMs ?? 0;
  let next = 0;
  let before = { ...buffer.statistics };
  for (let nowMs = Math.floor(firstMs) + phaseMs; nowMs < lastMs; nowMs += TICK_MS) {
    for (
      let packet = inOrder[next];
      packet !== undefined && packet.arriveMs <= nowMs;
      packet = inOrder[next]
    ) {
      next += 1;
      if (!packet.padding) buffer.receive(primary(packet, sentAt), copies(packet));
    }
    const counted = nowMs - firstMs >= SKIP_MS;
    if (!counted) before = { ...buffer.statistics };
    ear.hear(buffer.tick(), nowMs, counted);
  }
  const counted = difference(buffer.statistics, before);
  return figuresOf(counted, ear);
}

type Received = Arrival & { readonly arriveMs: number };
const arrived = (arrival: Arrival): arrival is Received => arrival.arriveMs !== undefined;

/** When each frame was first sent, retransmissions left out. */
function sendTimes(arrivals: readonly Arrival[]): ReadonlyMap<number, Sent> {
  const times = new Map<number, Sent>();
  for (const { timestamp, sendMs, padding } of arrivals) {
    if (!padding && !times.has(timestamp)) times.set(timestamp, { sendMs });
  }
  return times;
}

function primary(packet: Arrival, sentAt: ReadonlyMap<number, Sent>): MediaPacket<Sent> {
  const payload = sentAt.get(packet.timestamp) ?? packet;
  const kind = packet.bytes > NOISE_BYTES_MAX ? 'speech' : 'noise';
  return { time: packet.timestamp, samples: FRAME_SAMPLES, payload, kind, level: 0 };
}

/** The copies that a packet carries: FEC of the frame before, or that frame in full and its own FEC. */
function copiesOf(
  arrivals: readonly Arrival[],
  options: RtcOptions,
  sentAt: ReadonlyMap<number, Sent>,
): (packet: Arrival) => readonly MediaPacket<Sent>[] {
  const carries = fecOf(arrivals, options);
  const copy = (time: number, level: 1 | 2): readonly MediaPacket<Sent>[] => {
    const payload = sentAt.get(time);
    return payload === undefined ? [] : [{ time, samples: FRAME_SAMPLES, payload, kind: 'speech', level }];
  };
  return ({ timestamp }) => {
    const before = timestamp - FRAME_SAMPLES;
    const own = carries.has(timestamp) ? copy(before, 2) : [];
    if (!options.red) return own;
    return [...(carries.has(before) ? copy(before - FRAME_SAMPLES, 2) : []), ...own, ...copy(before, 1)];
  };
}

/** Timestamps of the packets that carry FEC, by the sender's model and the reports it would have got. */
function fecOf(arrivals: readonly Arrival[], options: RtcOptions): ReadonlySet<number> {
  const fec = new FecModel(1, 'replay', options.fec);
  const report = new LossReport();
  const asked = new Set<number>();
  const carries = new Set<number>();
  let reportMs = REPORT_MS;
  let active = false;
  for (const { sequence, timestamp, sendMs, arriveMs, padding, bytes } of arrivals) {
    if (sendMs >= reportMs) {
      fec.reported(report.take());
      reportMs += REPORT_MS;
    }
    if (arriveMs !== undefined) report.received(sequence);
    if (padding || asked.has(timestamp)) continue;
    asked.add(timestamp);
    if (fec.carries(active)) carries.add(timestamp);
    active = bytes > (options.red ? PAUSE_BYTES_MAX_RED : PAUSE_BYTES_MAX);
  }
  return carries;
}
