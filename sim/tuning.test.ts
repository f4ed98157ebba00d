// What may be tried on the line, and that what cannot be is named.
import { expect, test } from 'vitest';
import { type Tuning, tuningFault } from './tuning.ts';

test('every option is taken where it means something', () => {
  expect(tuningFault({}, 'websocket')).toBeUndefined();
  expect(tuningFault({ leadMs: 60, congestion: 'bbr' }, 'websocket')).toBeUndefined();
  expect(tuningFault({ fec: false, red: 2 }, 'webrtc')).toBeUndefined();
});

test.each([
  [{ fec: true }, 'websocket', 'fec: only WebRTC'],
  [{ red: 1 }, 'websocket', 'red: only WebRTC'],
  [{ red: 3 as 2 }, 'webrtc', 'red: 3 is not 0, 1 or 2'],
  [{ leadMs: 60 }, 'webrtc', 'leadMs: only WebSocket'],
  [{ leadMs: Number.NaN }, 'websocket', 'leadMs: NaN is not from 20 to 1000'],
  [{ congestion: 'vegas' as 'reno' }, 'websocket', 'congestion: vegas is not one of cubic, reno, bbr'],
] as const)('%j over %s is refused', (tuning: Tuning, transport, reason) => {
  expect(tuningFault(tuning, transport)).toContain(reason);
});
