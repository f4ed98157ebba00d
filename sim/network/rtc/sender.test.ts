import { expect, test } from 'vitest';
import { RTC_DEFAULT, type RtcSettings } from './option.ts';
import { opusBytes, RTP_OVERHEAD_BYTES } from './opus-size.ts';
import { RtcSender } from './sender.ts';

const sender = (options: Partial<RtcSettings> = {}) =>
  new RtcSender<number>({ ...RTC_DEFAULT, ...options }, 7, 'test');

const speak = (given: RtcSender<number>, frames: number) =>
  Array.from({ length: frames }, (_, frame) => given.send(frame, true));

test('a packet of speech is about 150 bytes with all headers, 60 kbit/s', () => {
  const sizes = speak(sender(), 3_000).map((packet) => packet?.bytes ?? 0);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  expect(mean).toBeGreaterThan(RTP_OVERHEAD_BYTES + 83);
  expect(mean).toBeLessThan(RTP_OVERHEAD_BYTES + 91);
  expect(Math.min(...sizes)).toBeGreaterThan(RTP_OVERHEAD_BYTES + 50);
});

test('the size of a frame depends on its number alone', () => {
  const one = sender();
  const other = sender();
  one.send(0, true);
  other.send(0, false);
  expect(one.send(1, true)?.bytes).toBe(other.send(1, true)?.bytes);
  expect(opusBytes(5, 40, true)).toBe(opusBytes(5, 40, true));
});

test('no FEC is sent until loss is reported, then 95 of 100 packets of speech carry it', () => {
  const given = sender();
  expect(speak(given, 200).every((packet) => packet?.copies.length === 0)).toBe(true);
  given.reported(0.05);
  const carrying = speak(given, 1_000).filter((packet) => packet?.copies.some(({ level }) => level === 2));
  expect(carrying.length).toBeGreaterThan(920);
  expect(carrying.length).toBeLessThan(980);
});

test('FEC stops when the smoothed loss rounds to nothing', () => {
  const given = sender();
  given.reported(0.02);
  for (let report = 0; report < 4; report += 1) given.reported(0);
  expect(speak(given, 100).every((packet) => packet?.copies.length === 0)).toBe(true);
});

test('FEC covers only the frame before, and only if it was speech', () => {
  const given = sender();
  given.reported(0.1);
  given.send(0, false);
  expect(given.send(1, true)?.copies).toEqual([]);
  const later = speak(given, 20).flatMap(
    (packet) => packet?.copies.map((copy) => packet.main.time - copy.time) ?? [],
  );
  expect(new Set(later)).toEqual(new Set([960]));
});

test('RED repeats the frame before in full, and costs its bytes and five', () => {
  const plain = speak(sender({ fec: false }), 3);
  const red = speak(sender({ fec: false, red: 1 }), 3);
  expect(red[2]?.copies).toMatchObject([{ payload: 1, level: 1 }]);
  expect(red[2]?.bytes).toBe((plain[2]?.bytes ?? 0) + (plain[1]?.bytes ?? 0) - RTP_OVERHEAD_BYTES + 5);
});

test('RED of two repeats the two frames before', () => {
  const red = speak(sender({ fec: false, red: 2 }), 4);
  expect(red[3]?.copies.map(({ payload }) => payload)).toEqual([1, 2]);
});

test('silence suppression: 200 ms of full frames, then one packet in 400 ms', () => {
  const given = sender({ dtx: true });
  given.send(0, true);
  const packets = Array.from({ length: 50 }, (_, frame) => given.send(1 + frame, false));
  const sent = packets.flatMap((packet, frame) => (packet === undefined ? [] : [frame]));
  expect(sent).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30]);
  expect(packets[10]).toMatchObject({ main: { kind: 'noise' }, bytes: RTP_OVERHEAD_BYTES + 1 });
  expect(given.send(51, true)).toMatchObject({ sequence: 13, main: { time: 51 * 960, kind: 'speech' } });
});

test('a packet can be had again for a while, and no other in its place', () => {
  const given = sender();
  const packets = speak(given, 100);
  expect(given.again(99)).toBe(packets[99]);
  expect(given.again(36)).toBe(packets[36]);
  expect(given.again(35)).toBeUndefined();
  expect(given.again(-5)).toBeUndefined();
});
