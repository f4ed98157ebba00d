// The bridge in a real Chromium, with a stand-in room in place of Daily's: sound and messages go both ways
// over a real peer connection, and what cannot be is said.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FromBridge } from '../../transports/daily/bridge-message.ts';
import type { Bridge } from './bridge.ts';
import { BridgeHouse } from './bridge-house.ts';
import { CallerPage, foundChromium, loudnessAt, standInHouse, tone } from './caller.test-support.ts';

const POLL = { timeout: 20_000, interval: 20 };
const found = foundChromium;

describe.skipIf(!found.ok)(`a bridge${found.ok ? '' : ` (skipped: ${found.reason}; ${found.todo})`}`, () => {
  let house: BridgeHouse;
  beforeAll(() => {
    house = standInHouse();
  });
  afterAll(() => house.close());

  function open() {
    const messages: FromBridge[] = [];
    const sounds: Uint8Array[] = [];
    const losses: string[] = [];
    const bridge = house.open({
      message: (message) => messages.push(message),
      sound: (pcm) => sounds.push(pcm),
      lost: (reason) => losses.push(reason),
    });
    const told = (type: FromBridge['type']) =>
      expect.poll(() => messages.some((message) => message.type === type), POLL).toBe(true);
    return { bridge, messages, sounds, losses, told };
  }

  const join = (bridge: Bridge, room: string, token: string) =>
    bridge.tell({ type: 'join', url: room, token, name: 'agent', rate: 24_000 });

  test('carries sound and messages both ways, and tells of the caller’s coming and going', async () => {
    const { bridge, messages, sounds, told } = open();
    await told('ready');
    join(bridge, 'a-room', 'good');
    await told('joined');
    const caller = await CallerPage.open(house, 'a-room', 'good');
    await told('caller');
    await expect.poll(() => caller.words, POLL).toContainEqual({ track: true });

    caller.tell({ label: 'rtvi-ai', type: 'client-ready' });
    await expect
      .poll(() => messages, POLL)
      .toContainEqual({ type: 'heard', data: '{"label":"rtvi-ai","type":"client-ready"}' });
    bridge.tell({ type: 'tell', data: '{"label":"rtvi-ai","type":"bot-ready"}' });
    await expect.poll(() => caller.messages('bot-ready'), POLL).toHaveLength(1);
    bridge.tell({ type: 'tell', data: JSON.stringify('x'.repeat(70_000)) });
    await expect
      .poll(() => messages, POLL)
      .toContainEqual({
        type: 'untold',
        reason: 'Message data too large',
      });

    caller.say(tone(440, 16_000, 3));
    const voice = tone(660, 24_000, 3);
    for (let at = 0; at < voice.length; at += 480) {
      setTimeout(() => bridge.speak(new Uint8Array(voice.slice(at, at + 480).buffer)), at / 24);
    }
    await expect.poll(() => secondsOf(440, sounds.map(samplesOf)), POLL).toBeGreaterThan(2.5);
    await expect
      .poll(
        () =>
          secondsOf(
            660,
            caller.heard.map(({ samples }) => samples),
          ),
        POLL,
      )
      .toBeGreaterThan(2.5);

    caller.leave();
    await told('caller-left');
    bridge.tell({ type: 'leave' });
    await told('left');
    caller.close();
    bridge.close();
  });

  test('says why a room cannot be entered', async () => {
    const { bridge, messages, told } = open();
    await told('ready');
    join(bridge, 'a-room', 'wrong');
    await told('failed');
    expect(messages.filter(({ type }) => type === 'failed')).toEqual([
      { type: 'failed', reason: 'You are not allowed to join this meeting' },
    ]);
    bridge.close();
  });

  test('of Daily’s own script is built and opens, without any network', async () => {
    const real = new BridgeHouse({ chromium: found.ok ? found.path : '' });
    const messages: FromBridge[] = [];
    const bridge = real.open({ message: (one) => messages.push(one), sound: () => {}, lost: () => {} });
    await expect.poll(() => messages, POLL).toEqual([{ type: 'ready' }]);
    bridge.close();
    await real.close();
  });

  test('is lost, and says so, when Chromium does not start', async () => {
    const broken = new BridgeHouse({ chromium: '/bin/false' });
    const { promise, resolve } = Promise.withResolvers<string>();
    broken.open({ message: () => {}, sound: () => {}, lost: resolve });
    expect(await promise).toContain('ended with code 1');
    await broken.close();
    const missing = new BridgeHouse({ chromium: '/no/such/program' });
    const why = await new Promise<string>((lost) => {
      missing.open({ message: () => {}, sound: () => {}, lost });
    });
    expect(why).toMatch(/CHROMIUM_PATH is no program: correct CHROMIUM_PATH/);
    await missing.close();
  });
});

const samplesOf = (pcm: Uint8Array): Int16Array => new Int16Array(pcm.slice().buffer);

/** For how long `hertz` is heard, in pieces of 20 ms. */
const secondsOf = (hertz: number, pieces: readonly Int16Array[]): number =>
  pieces.filter((samples) => loudnessAt(hertz, samples) > 4_000).length / 50;
