import { expect, test } from 'vitest';
import { ms, seconds } from '#agent/core/time.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { ImpairedLink } from '../impaired-link.ts';
import type { Direction } from '../impairment.ts';
import type { Link } from '../link.ts';
import { RtcMedia } from './media.ts';
import { RTC_DEFAULT, type RtcSettings } from './option.ts';

const FRAME_BYTES = 640;

/** Frame `number` of a voice: every one different, none silent. */
const frameOf = (number: number): Uint8Array => {
  const samples = new Int16Array(FRAME_BYTES / 2);
  for (let index = 0; index < samples.length; index += 1) {
    samples[index] = Math.round(4_000 * Math.sin((index + 320 * number) / 20.4)) + (number % 512);
  }
  return new Uint8Array(samples.buffer);
};

const fixed: Link = { transmit: (now) => now + ms(20) };

/** A caller speaks for `untilS`; what the agent's end was given, with times. */
async function call(up: Link, untilS: number, settings: Partial<RtcSettings> = {}, down: Link = fixed) {
  const kernel = new Kernel();
  const heard: { readonly atMs: number; readonly pcm: Uint8Array }[] = [];
  const media = new RtcMedia({
    clock: kernel,
    settings: { ...RTC_DEFAULT, ...settings },
    up,
    down,
    seed: 1,
    agent: { rate: 16_000, deliver: (pcm) => heard.push({ atMs: kernel.now() / 1_000, pcm }) },
    caller: { rate: 24_000, deliver: () => undefined },
  });
  media.open();
  const frames: Uint8Array[] = [];
  const speak = () => {
    const frame = frameOf(frames.length);
    frames.push(frame);
    media.up.sendFrame(frame, true);
    kernel.after(ms(20), speak, undefined);
  };
  kernel.after(ms(20), speak, undefined);
  await kernel.run({ untilUs: seconds(untilS), stopWhen: () => false });
  media.close();
  return { heard, frames, media };
}

const lossy = (direction: Omit<Direction, 'delayMs'>): Link =>
  new ImpairedLink({ delayMs: 20, ...direction }, { seed: 3, name: 'up' });

test('over a perfect network the first frame is heard as the very object that was sent', async () => {
  const { heard, frames } = await call(fixed, 1);
  // Sent at 20 ms, arrived at 40, just before the tick of that moment; fetched in two halves.
  const [first, second] = heard.filter(({ pcm }) => pcm.buffer === frames[0]?.buffer);
  expect([first?.atMs, second?.atMs]).toEqual([40, 50]);
});

test('once the buffer has found its level, every sample arrives as it was sent', async () => {
  const { heard, frames } = await call(fixed, 10);
  const sent = Buffer.concat(frames);
  const late = Buffer.concat(heard.filter(({ atMs }) => atMs > 6_000).map(({ pcm }) => pcm));
  const start = sent.indexOf(late.subarray(0, 4_000));
  expect(start).toBeGreaterThan(0);
  expect(late.equals(sent.subarray(start, start + late.length))).toBe(true);
  // 6 s of microphone, less 20 ms of network and what the buffer holds.
  const delayMs = 6_000 - start / 32;
  expect(delayMs).toBeGreaterThan(20);
  expect(delayMs).toBeLessThan(90);
});

test('every tick delivers 10 ms', async () => {
  const link = lossy({ jitter: { distribution: 'ou', ms: 20 }, loss: { kind: 'iid', share: 0.05 } });
  const { heard } = await call(link, 20);
  expect(heard.length).toBe(2_000);
  expect(heard.every(({ pcm }) => pcm.length === 320)).toBe(true);
});

test('loss is concealed; FEC hides most of it and RED nearly all', async () => {
  const run = async (settings: Partial<RtcSettings>) => {
    const { media } = await call(lossy({ loss: { kind: 'iid', share: 0.05 } }), 60, settings);
    return media.up.statistics.concealedSamples / media.up.statistics.totalSamplesReceived;
  };
  const [none, fec, red] = [await run({ fec: false }), await run({}), await run({ fec: false, red: 1 })];
  expect(none).toBeGreaterThan(0.035);
  expect(fec).toBeLessThan(0.6 * none);
  expect(red).toBeLessThan(0.3 * none);
});

test('missing packets are asked for again where there is time for it', async () => {
  const run = async (nack: boolean) => {
    const jitter = { ...RTC_DEFAULT.jitter, delayMsMin: 120 };
    const { media } = await call(lossy({ loss: { kind: 'iid', share: 0.05 } }), 60, {
      fec: false,
      nack,
      jitter,
    });
    return media.up.statistics.concealmentEvents;
  };
  const [without, withNack] = [await run(false), await run(true)];
  expect(withNack).toBeLessThan(0.2 * without);
});

test('the same seed gives the same call', async () => {
  const link = () => lossy({ jitter: { distribution: 'gamma', ms: 15 }, loss: { kind: 'iid', share: 0.03 } });
  const [one, other] = [await call(link(), 10), await call(link(), 10)];
  expect(other.heard).toEqual(one.heard);
});

test('with everything lost nothing is heard and nothing hangs', async () => {
  const { heard } = await call({ transmit: () => undefined }, 2, { nack: true });
  expect(heard.every(({ pcm }) => pcm.every((byte) => byte === 0))).toBe(true);
});
