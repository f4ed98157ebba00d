// The way of WebRTC's packets, as settings.
import { expect, test } from 'vitest';
import { readSettings } from '../settings.ts';

const KEYS = { CARTESIA_API_KEY: 'k1', CEREBRAS_API_KEY: 'k2', ELEVENLABS_API_KEY: 'k3' };

function webrtcOf(env: Record<string, string>) {
  const read = readSettings({ ...KEYS, ...env });
  return read.ok ? read.settings.webrtc : read.problems.map(({ variable }) => variable);
}

test('is left to the machine unless something is said', () => {
  expect(webrtcOf({})).toEqual({ address: undefined, ports: undefined, iceServers: [] });
});

test('goes through one address, some ports and the servers that help', () => {
  const servers = 'stun:stun.example.org:3478, turn:parley:secret@turn.example.org:3478';
  const env = { WEBRTC_ADDRESS: '10.0.0.7', WEBRTC_UDP_PORTS: '50000-50200', WEBRTC_ICE_SERVERS: servers };
  expect(webrtcOf(env)).toEqual({
    address: '10.0.0.7',
    ports: [50_000, 50_200],
    iceServers: [
      { urls: 'stun:stun.example.org:3478' },
      { urls: 'turn:turn.example.org:3478', username: 'parley', credential: 'secret' },
    ],
  });
});

test.each([
  ['WEBRTC_ADDRESS', 'my-host'],
  ['WEBRTC_UDP_PORTS', '50000'],
  ['WEBRTC_UDP_PORTS', '50200-50000'],
  ['WEBRTC_UDP_PORTS', '50000-70000'],
  ['WEBRTC_ICE_SERVERS', 'stun.example.org'],
  ['WEBRTC_ICE_SERVERS', 'turn:turn.example.org:3478'],
])('%s does not take %j', (name, value) => {
  expect(webrtcOf({ [name]: value })).toEqual([name]);
});
