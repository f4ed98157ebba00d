// The same workload over the network model in virtual time: what the kernel did, the model should
// have done. It takes connections as the simulated world takes them and measures them the same way.
import { ms, seconds, toMs } from '#agent/core/time.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { webSocketBytes } from '#sim/network/frame-size.ts';
import type { Duplex, Stream } from '#sim/network/stream.ts';
import { counts, type Delays, frameCount, offsetMs, type Workload } from './workload.ts';

/** Frames still on their way when this long has passed since the last was sent are lost. */
const GRACE_US = seconds(20);

/** `connect` makes the next connection of the network, on this clock. */
export async function measureModel(workload: Workload, connect: (clock: Clock) => Duplex): Promise<Delays> {
  const kernel = new Kernel();
  const up: number[] = [];
  const down: number[] = [];
  const frame = new Uint8Array(workload.frameBytes);
  let due = 0;
  const send = (stream: Stream, masked: boolean, startMs: number, delays: number[]): void => {
    const bytes = webSocketBytes(frame, masked);
    const receive = (sentAt: number): void => void delays.push(toMs(kernel.now() - sentAt));
    const write = (index: number): void => {
      const counted = counts(workload, index);
      if (counted) due += 1;
      stream.write(bytes, counted ? receive : ignore, kernel.now());
      if (index + 1 < frameCount(workload)) kernel.after(ms(workload.frameMs), write, index + 1);
    };
    kernel.after(ms(startMs), write, 0);
  };
  for (let index = 0; index < workload.connections; index += 1) {
    const streams = connect(kernel);
    const startMs = offsetMs(workload, index);
    send(streams.up, true, startMs, up);
    // The two ends do not know each other's beat: half a frame apart, as good as any.
    send(streams.down, false, startMs + workload.frameMs / 2, down);
  }
  const untilUs = seconds(workload.seconds) + ms(workload.frameMs) + GRACE_US;
  await kernel.run({ untilUs, stopWhen: () => false });
  return { up, down, lost: due - up.length - down.length };
}

const ignore = (): void => {};
