// Facts of the network in, figures out: what counts for which direction, and what is no figure at all.
import { expect, test } from 'vitest';
import type { NetworkFact } from '#sim/kernel/fact.ts';
import type { Conversation } from './conversation.ts';
import { figure } from './figure.ts';
import { TRANSPORT, transport } from './transport.ts';

type Traffic = Omit<NetworkFact & { what: 'traffic' }, 't' | 'who' | 'what'>;
type Voice = Omit<NetworkFact & { what: 'voice' }, 't' | 'who' | 'what'>;

const traffic = (rest: Partial<Traffic> = {}): NetworkFact => ({
  ...{ t: 60_000_000, who: 'network', what: 'traffic', direction: 'up', bytes: 750_000, packets: 1_000 },
  ...{ resent: 0, stalls: 0 },
  ...rest,
});
const voice = (rest: Partial<Voice> = {}): NetworkFact => ({
  ...{ t: 60_000_000, who: 'network', what: 'voice', direction: 'up', codec: 'opus-wb-vbr-13' },
  ...{ expected: 3_000, lost: 0, bursts: 0, delayUs: 50_000, bufferUs: 0 },
  ...rest,
});

/** Figures by name, of a call of a minute. */
function figures(facts: readonly NetworkFact[], callUs = 60_000_000): Record<string, number> {
  const conversation = { facts, callUs } as unknown as Conversation;
  return Object.fromEntries(
    [...transport(conversation)].map(({ kpi, value, of }) => [kpi, of === undefined ? value : value / of]),
  );
}

test('bandwidth is what went over the wire in the time of the call, by direction', () => {
  const both = [traffic(), traffic({ direction: 'down', bytes: 75_000 })];
  expect(figures(both)).toMatchObject({ 'bandwidth_kbps.up': 100, 'bandwidth_kbps.down': 10 });
});

test.each([
  ['webrtc', undefined, 99, 'pass'],
  ['webrtc', undefined, 101, 'fail'],
  ['websocket', 'parley', 99, 'pass'],
  ['websocket', 'parley', 101, 'fail'],
  ['websocket', 'stock', 300, 'none'],
  ['websocket', undefined, 300, 'none'],
] as const)('NFR-3 over %s with client %s at %i kbit/s: %s', (over, client, kbps, verdict) => {
  const call = { transport: over, ...(client === undefined ? {} : { client }) };
  for (const direction of ['up', 'down']) {
    const kpi = TRANSPORT.find(({ id }) => id === `bandwidth_kbps.${direction}`);
    if (kpi === undefined) throw new Error(`no bandwidth ${direction}`);
    const sample = { kpi: kpi.id, value: kbps, of: 1 };
    expect(figure(kpi, [sample], call, []).verdict).toBe(verdict);
  }
});

test('a call that never was has no bandwidth, rather than an infinite one', () => {
  expect(figures([traffic()], 0)).toEqual({});
});

test('stalls are the ones that the caller hears', () => {
  expect(figures([traffic({ stalls: 7 })])).not.toHaveProperty('hol_stalls');
  expect(figures([traffic({ direction: 'down', stalls: 7 })])).toMatchObject({ hol_stalls: 7 });
});

test('the voice of the agent is measured at the ear, with its buffer and its gaps', () => {
  const down = voice({ direction: 'down', lost: 30, bursts: 12, delayUs: 95_500, bufferUs: 41_000 });
  expect(figures([down])).toMatchObject({
    'voice_delay_ms.down': 95.5,
    jitter_buffer_ms: 41,
    concealed_ms_ratio: 0.01,
    rebuffers: 12,
  });
});

test("the caller's voice has a delay; what is made up of it is no matter of the ear", () => {
  const up = figures([voice({ lost: 30, bursts: 12 })]);
  expect(up['voice_delay_ms.up']).toBe(50);
  expect(up).not.toHaveProperty('concealed_ms_ratio');
  expect(up).not.toHaveProperty('rebuffers');
});

test('quality falls with loss and with delay, in the direction in which they happened', () => {
  const clean = figures([voice(), voice({ direction: 'down' })]);
  const lossy = figures([voice(), voice({ direction: 'down', lost: 300, bursts: 200 })]);
  const slow = figures([voice({ delayUs: 400_000 }), voice({ direction: 'down' })]);
  expect(clean['mos.up']).toBe(clean['mos.down']);
  expect(lossy['mos.up']).toBe(clean['mos.up']);
  expect(lossy['mos.down']).toBeLessThan((clean['mos.down'] ?? 0) - 0.3);
  expect(slow['mos.up']).toBeLessThan((clean['mos.up'] ?? 0) - 0.3);
});

test('a direction that carried nothing has no quality', () => {
  expect(figures([voice({ expected: 0 })])).not.toHaveProperty('mos.up');
});

test('a codec that nobody knows is scored as the yardstick, not refused', () => {
  const known = figures([voice({ codec: 'g711-plc' })]);
  const unknown = figures([voice({ codec: 'tin-can' })]);
  expect(unknown).toEqual(known);
});

test('a trace without the network has no such figures', () => {
  expect(figures([])).toEqual({});
});

test('every figure that comes out has a definition', () => {
  const names = Object.keys(
    figures([traffic(), traffic({ direction: 'down' }), voice(), voice({ direction: 'down' })]),
  );
  const defined = new Set(TRANSPORT.map(({ id }) => id));
  expect(names.filter((name) => !defined.has(name) && !name.startsWith('mos.'))).toEqual([]);
  expect([...defined].filter((name) => !names.includes(name))).toEqual([]);
});
