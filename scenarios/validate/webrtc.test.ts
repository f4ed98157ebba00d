// The receiver and the whole path against three real calls of which 20 s are kept in `sample/`, and the
// refusal of tables that are none. The full tables are judged by `npm run validate`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { parseArrivals } from './arrival.ts';
import { validateWebrtc } from './webrtc.ts';
import { webrtcText } from './webrtc-text.ts';

const SAMPLE = join(dirname(fileURLToPath(import.meta.url)), 'sample');
const folder = mkdtempSync(join(tmpdir(), 'parley-webrtc-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('three recorded calls: the model is as close as the specification asks', async () => {
  const report = await validateWebrtc({ table: join(SAMPLE, 'webrtc.csv'), arrivals: SAMPLE });
  expect(report).toMatchObject({ ok: true, holds: true });
  if (!report.ok) return;
  expect(report.conditions.map(({ replay }) => replay !== undefined)).toEqual([true, true, true]);
  expect(report.errors.filter(({ target }) => target !== undefined)).toHaveLength(9);
  for (const line of webrtcText(report).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

const HEADER = 'id,impair,opts,m2e_p50,m2e_p95,jb_delay_ms,jb_target_ms,concealed_pct';

test.each([
  ['id,impair\na,b\n', 'the header lacks opts'],
  [`${HEADER}\na,delay=x,,1,2,3,4,5\n`, 'a: impair: '],
  [`${HEADER}\na,delay=5,red=3,1,2,3,4,5\n`, 'a: opts: "red=3"'],
  [`${HEADER}\na,delay=5,,1,2,three,4,5\n`, 'a: jb_delay_ms: "three" is not a number'],
])('a bad table is refused by name: %#', async (text, reason) => {
  const table = join(folder, 'bad.csv');
  writeFileSync(table, text);
  const report = await validateWebrtc({ table });
  expect(report.ok).toBe(false);
  expect(report).toMatchObject({ reason: expect.stringContaining(reason) });
});

test('a file or folder that is not there is named', async () => {
  expect(await validateWebrtc({ table: '/nowhere/x.csv' })).toMatchObject({
    reason: '/nowhere/x.csv: cannot be read',
  });
  const report = await validateWebrtc({ table: join(SAMPLE, 'webrtc.csv'), arrivals: '/nowhere' });
  expect(report).toMatchObject({ reason: '/nowhere: there is no such folder' });
});

test('arrivals: sequence numbers and timestamps go on, padding is told from frames', () => {
  const lines = ['65535,4294966336,150,0.0,50.0', '0,0,150,20.0,', '1,0,112,21.0,71.0'];
  const read = parseArrivals(`seq,rtp_ts,len,send_ms,arrive_ms\n${lines.join('\n')}\n`, 'x');
  expect(read).toMatchObject({
    ok: true,
    arrivals: [
      { sequence: 65_535, timestamp: 4_294_966_336, arriveMs: 50, padding: false },
      { sequence: 65_536, timestamp: 4_294_967_296, arriveMs: undefined, padding: false },
      { sequence: 65_537, timestamp: 4_294_967_296, arriveMs: 71, padding: true },
    ],
  });
});

test('arrivals that are none are refused with their line', () => {
  const wrong = parseArrivals('seq,rtp_ts,len,send_ms,arrive_ms\n1,2,3,x,5\n', 'x.csv');
  expect(wrong).toMatchObject({ ok: false, reason: expect.stringContaining('x.csv:2') });
  expect(parseArrivals('a,b\n', 'y.csv')).toMatchObject({
    reason: expect.stringContaining('y.csv: the first line'),
  });
});
