// How fast the RTP path is: packets per second through sender, link and jitter buffer, and what a tick
// of the receiver costs. The caller warms up by asking twice.
import { hrtime } from 'node:process';
import { JitterBuffer } from '#agent/media/jitter-buffer/receiver.ts';
import { M106 } from '#agent/media/jitter-buffer/setting.ts';
import type { Link } from '#sim/network/link.ts';
import { ModelledStretch } from '#sim/network/rtc/modelled-stretch.ts';
import { RTC_DEFAULT } from '#sim/network/rtc/option.ts';
import { RtcSender } from '#sim/network/rtc/sender.ts';

export type RtcFigure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly note: string;
};

const PACKETS = 400_000;
const FRAME_US = 20_000;
/** Packets handled, then as many frames of ticks: large enough that reading the clock costs nothing. */
const BATCH = 10;
/** A network that only delays; an impaired one costs what its processes cost. */
const PLAIN: Link = { transmit: (now) => now + FRAME_US };

/** Figures of one pass over `packets` packets; `link` is the network between the two. */
export function benchRtc(link: Link = PLAIN, packets = PACKETS): readonly RtcFigure[] {
  const sender = new RtcSender<number>(RTC_DEFAULT, 1, 'bench');
  const buffer = new JitterBuffer<number>(M106, new ModelledStretch(1, 'bench'));
  sender.reported(0.02);
  let pathNs = 0n;
  let tickNs = 0n;
  for (let first = 0; first < packets; first += BATCH) {
    const start = hrtime.bigint();
    for (let frame = first; frame < first + BATCH; frame += 1) {
      const packet = sender.send(frame, true);
      if (packet === undefined) continue;
      if (link.transmit(frame * FRAME_US, packet.bytes) !== undefined)
        buffer.receive(packet.main, packet.copies);
    }
    const middle = hrtime.bigint();
    for (let tick = 0; tick < 2 * BATCH; tick += 1) buffer.tick();
    pathNs += middle - start;
    tickNs += hrtime.bigint() - middle;
  }
  const path = Number(pathNs) / 1e9;
  const ticks = Number(tickNs) / 1e9;
  return [
    {
      name: 'rtp path',
      value: packets / path,
      unit: 'packets/s',
      note: 'sender, link and insertion into the jitter buffer',
    },
    { name: 'rtp call', value: packets / (path + ticks), unit: 'packets/s', note: 'with two ticks a packet' },
    { name: 'rtp tick', value: (1e6 * ticks) / (2 * packets), unit: 'µs', note: 'one every 10 ms' },
  ];
}
