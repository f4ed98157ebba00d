// Clients that misbehave in every way we could think of, at the real server with real sessions behind
// it, while somebody else is on the line: each is told what was wrong and goes, the server stays, and
// the other call is as good as if they had never been there.
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { countTokens } from '#agent/providers/tokens.ts';
import { encodeAudio, encodeFrame, encodeMessage } from '#agent/transports/websocket/wire.ts';
import { clientReady } from '#sim/caller/client/protocol.ts';
import { playLoopback } from '#sim/loopback/world.ts';
import { loadProfile } from '#sim/providers/profile.ts';
import { singleTurn } from './library/single-turn.ts';
import { readSpeech } from './speech/pack.ts';

type Farewell = { readonly code: number; readonly reason: string; readonly told: string };

/** Connects, does its worst, and comes back with how it was shown the door. */
async function visit(address: string, misbehave: (socket: WebSocket) => void): Promise<Farewell> {
  const socket = new WebSocket(`ws://${address}/ws-client`, { perMessageDeflate: false });
  let told = '';
  socket.on('message', (data: Buffer) => {
    told += data.toString('latin1');
  });
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  await once(socket, 'open');
  misbehave(socket);
  const [code, reason] = await closed;
  return { code, reason: reason.toString(), told };
}

/** A second of silence as 16 kHz audio. */
const second = new Uint8Array(32_000);
const audio = (samples: Uint8Array, sampleRate: number, channels: number) =>
  encodeFrame({ kind: 'audio', id: 0n, name: '', pcm: samples, sampleRate, channels, pts: undefined });

type Visit = {
  readonly misbehave: (socket: WebSocket) => void;
  readonly code: number;
  /** In the close frame, and where the protocol could still say it, in an error message too. */
  readonly reason: RegExp;
  readonly silent?: true;
};

const VISITS: Readonly<Record<string, Visit>> = {
  'garbage bytes': {
    misbehave: (socket) => socket.send(Uint8Array.of(0xff, 0xff, 0x03, 0x41, 0x00)),
    code: 1007,
    reason: /a message is no Frame: .*expected binary messages/,
  },
  'an empty message': {
    misbehave: (socket) => socket.send(new Uint8Array(0)),
    code: 1007,
    reason: /a message is no Frame/,
  },
  'text where binary is due': {
    misbehave: (socket) => socket.send('{"label":"rtvi-ai","type":"client-ready"}'),
    code: 1003,
    reason: /a text message came; expected binary messages/,
  },
  'a message above the limit': {
    misbehave: (socket) => socket.send(new Uint8Array((1 << 20) + 100)),
    code: 1009,
    reason: /a message of 1048676 bytes came; at most 1048576 are taken/,
  },
  'a message of twice the limit': {
    misbehave: (socket) => socket.send(new Uint8Array((2 << 20) + 1)),
    code: 1009,
    reason: /^$/,
    silent: true,
  },
  'audio with half a sample': {
    misbehave: (socket) => socket.send(audio(second.subarray(0, 321), 16_000, 1)),
    code: 1007,
    reason: /an odd number of bytes \(321\); expected mono s16le audio/,
  },
  'audio in stereo': {
    misbehave: (socket) => socket.send(audio(second, 16_000, 2)),
    code: 1007,
    reason: /an audio frame has 2 channels/,
  },
  'audio at no rate': {
    misbehave: (socket) => socket.send(audio(second, 1, 1)),
    code: 1007,
    reason: /states a rate of 1 Hz/,
  },
  'a flood of small messages': {
    misbehave: (socket) => {
      const message = encodeMessage('{"label":"rtvi-ai","type":"client-message","id":"1","data":{"t":"x"}}');
      for (let count = 0; count < 20_000; count += 1) socket.send(message);
    },
    code: 1008,
    reason: /more than 500 messages a second came/,
    silent: true,
  },
  'a flood of audio': {
    misbehave: (socket) => {
      socket.send(encodeMessage(clientReady('visitor')));
      for (let count = 0; count < 400; count += 1) socket.send(encodeAudio(second, 16_000));
    },
    code: 1008,
    reason: /more than 524288 bytes a second came/,
    silent: true,
  },
};

/** Bytes that are not even HTTP or WebSocket; the connection ends, somehow. */
async function raw(address: string, bytes: string | Uint8Array): Promise<void> {
  const [host = '', port = ''] = address.split(':');
  const stream = connect(Number(port), host);
  stream.on('error', () => {});
  stream.resume();
  const closed = once(stream, 'close');
  stream.end(bytes);
  await closed;
}

const UPGRADE = [
  'GET /ws-client HTTP/1.1',
  'Host: x',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '\r\n',
].join('\r\n');

/** More speech than the voice detector keeps in its queue, at once: late, but no reason to hang up. */
async function burst(address: string): Promise<string> {
  let told = '';
  const farewell = visit(address, (socket) => {
    socket.on('message', (data: Buffer) => {
      told += data.toString('latin1');
      if (told.includes('no handler for the client message')) socket.close(1000, 'thank you');
    });
    socket.send(encodeMessage(clientReady('visitor')));
    for (let count = 0; count < 60; count += 1) socket.send(encodeAudio(second, 16_000));
    const question = { label: 'rtvi-ai', type: 'client-message', id: '7', data: { t: 'still there?' } };
    socket.send(encodeMessage(JSON.stringify(question)));
  });
  return `${(await farewell).code} ${told}`;
}

async function mob(address: string): Promise<void> {
  const farewells = await Promise.all(
    Object.entries(VISITS).map(
      async ([name, { misbehave }]) => [name, await visit(address, misbehave)] as const,
    ),
  );
  for (const [name, { code, reason, told }] of farewells) {
    const expected = VISITS[name];
    expect(code, name).toBe(expected?.code);
    expect(reason, name).toMatch(expected?.reason ?? /never/);
    if (expected?.silent !== true)
      expect(told, `${name}: an error message`).toMatch(expected?.reason ?? /never/);
  }
  await raw(address, 'SSH-2.0-lost\r\n\r\n');
  await raw(address, 'GET /status HTTP/1.1\r\nContent-Length: 99999999\r\n\r\nhalf');
  await raw(address, UPGRADE.replace('13', '99'));
  // A frame with reserved bits, one without a mask, one that promises what never comes.
  await raw(address, Buffer.concat([Buffer.from(UPGRADE), Buffer.from([0xf2, 0x80, 0, 0, 0, 0])]));
  await raw(address, Buffer.concat([Buffer.from(UPGRADE), Buffer.from([0x82, 0x01, 0x00])]));
  await raw(address, Buffer.concat([Buffer.from(UPGRADE), Buffer.from([0x82, 0xfe, 0x40, 0x00, 1])]));
  expect(await burst(address)).toMatch(/^1000 .*bot-ready/s);
  const status = await fetch(`http://${address}/status`);
  expect(await status.json()).toMatchObject({ status: 'ready' });
}

describe('while somebody is on the line', () => {
  test('bad clients are told what was wrong and go, and the call is unharmed', async () => {
    const profile = loadProfile('prd');
    if (!profile.ok) throw new Error(profile.reason);
    let visited = false;
    const result = await playLoopback({
      ...singleTurn,
      seed: 1,
      profile: profile.profile,
      table: readSpeech(),
      countTokens,
      interning: true,
      meanwhile: async (address) => {
        await mob(address);
        visited = true;
      },
    });
    expect(visited).toBe(true);
    expect(result.end, result.waitingFor).toBe('stopped');
    const caller = result.facts.filter((fact) => fact.who === 'caller');
    const said = result.facts.filter((fact) => fact.who === 'agent' && fact.what === 'reply.stopped');
    expect(said.map((fact) => fact.what === 'reply.stopped' && fact.complete)).toEqual([true]);
    const words = caller.flatMap((fact) => (fact.what === 'ear.word' && fact.share === 1 ? [fact.text] : []));
    expect(words.join(' ')).toBe('we open at nine in the morning');
    expect(caller.some(({ what }) => what === 'gave_up' || what === 'cut_off' || what === 'told')).toBe(
      false,
    );
    expect(result.facts.filter((fact) => fact.who === 'agent' && fact.what === 'error')).toEqual([]);
    const committed = result.facts.find((fact) => fact.who === 'agent' && fact.what === 'turn.committed');
    expect(committed).toMatchObject({ text: 'What time do you open tomorrow?' });
  });
});
