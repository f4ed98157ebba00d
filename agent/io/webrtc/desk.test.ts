// The desk by itself: who is let in, who comes back to what, and how a peer is given up. The stack under it
// stands in for one; time is the test's.
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../core/limit.ts';
import { type Micros, ms, seconds } from '../../core/time.ts';
import { CHROMIUM_OFFER, FIREFOX_OFFER } from '../../transports/webrtc/offer.test-support.ts';
import { PEER_LEFT, RENEGOTIATE } from '../../transports/webrtc/signalling.ts';
import type { Connection } from '../connection.ts';
import { Reception, type Resident } from '../reception.ts';
import type { HttpAnswer } from '../route.ts';
import { PeerDesk } from './desk.ts';
import { type StandInPeer, StandInPeers } from './stand-in-peer.test-support.ts';

/** A session that tells what happened to its connections. */
class Guest implements Resident {
  ended = false;
  readonly heard: unknown[] = [];
  readonly lost: string[] = [];
  backs = 0;
  #connection: Connection;

  constructor(first: Connection) {
    this.#connection = first;
    this.#listen(first);
  }

  get connection(): Connection {
    return this.#connection;
  }

  get silentUs(): Micros {
    return this.#connection.silentUs();
  }

  back(connection: Connection): void {
    this.backs += 1;
    if (connection !== this.#connection) this.#connection.close(1001, 'came back');
    this.#connection = connection;
    this.#listen(connection);
  }

  leave(): void {
    this.ended = true;
  }

  #listen(connection: Connection): void {
    connection.stay(this);
    connection.onMessage((data) => {
      if (data === 'boom') throw new Error('a bug');
      this.heard.push(data);
    });
    connection.onClosed((code, reason) => this.lost.push(`${code} ${reason}`));
  }
}

function open(callers = 0) {
  let now = seconds(100);
  const peers = new StandInPeers();
  const reception = new Reception();
  const guests: Guest[] = [];
  const faults: unknown[] = [];
  const desk: PeerDesk = new PeerDesk({
    peers,
    reception,
    callers: () => callers + desk.count,
    now: () => now,
    onClient: (connection) => guests.push(new Guest(connection)),
    fault: (error) => faults.push(error),
  });
  const read = ({ status, body }: HttpAnswer) => ({ status, ...JSON.parse(String(body)) });
  const offer = async (more: object = {}, session?: string) => {
    const body = JSON.stringify({
      sdp: CHROMIUM_OFFER,
      type: 'offer',
      pc_id: null,
      restart_pc: false,
      ...more,
    });
    return read(await desk.offer({ body, peer: '192.0.2.7', session }));
  };
  const patch = (pc_id: unknown, candidates: unknown, session?: string) =>
    read(desk.candidates({ body: JSON.stringify({ pc_id, candidates }), peer: '', session }));
  /** A call whose data channel is open. */
  const call = async (session?: string) => {
    const { pc_id: id } = await offer({}, session);
    peers.last.far.opened();
    return { id, peer: peers.last, guest: guests.at(-1) as Guest };
  };
  const pass = (us: Micros) => {
    now += us;
    desk.checkLiveness(now, LIMITS.clientDeadAfterUs);
  };
  return {
    desk,
    peers,
    reception,
    guests,
    faults,
    offer,
    patch,
    call,
    pass,
    issue: () => reception.issue(now),
  };
}

const candidate = (port: number) => ({
  candidate: `candidate:1 1 udp 1 192.0.2.7 ${port} typ host`,
  sdp_mid: '0',
});

describe('an offer', () => {
  test('is answered with a description and an id; the call begins with its data channel', async () => {
    const { offer, peers, guests } = open();
    const answer = await offer();
    expect(answer).toEqual({
      status: 200,
      type: 'answer',
      pc_id: expect.stringMatching(/^[\w-]{22}$/),
      sdp: expect.stringContaining(`a=ssrc:${peers.last.voice.ssrc} cname:parley`),
    });
    expect(guests).toHaveLength(0);
    peers.last.far.opened();
    expect(guests[0]?.connection).toMatchObject({ transport: 'webrtc', peer: '192.0.2.7' });
  });

  test('for a session that was given out begins that session', async () => {
    const { call, issue } = open();
    const session = issue();
    const { guest } = await call(session);
    expect(guest.connection.session).toBe(session);
  });

  test.each([
    ['no JSON', '{', 'must be JSON'],
    ['no offer', '{"type":"answer","sdp":""}', 'not valid: type'],
    ['no text', '{"type":"offer","sdp":7}', 'not valid: sdp'],
    ['another description', '{"type":"offer","sdp":"hello"}', 'the offer is not SDP'],
  ])('with %s is refused in words', async (_name, body, detail) => {
    const { desk, peers } = open();
    const answer = await desk.offer({ body, peer: '', session: undefined });
    expect([answer.status, JSON.parse(String(answer.body)).detail]).toEqual([
      400,
      expect.stringContaining(detail),
    ]);
    expect(peers.peers).toEqual([]);
  });

  test('that the stack does not take is refused', async () => {
    const { offer, peers, desk } = open();
    peers.refusal = 'no such cipher';
    expect(await offer()).toEqual({ status: 400, detail: 'the offer was not taken: no such cipher' });
    expect(desk.count).toBe(0);
  });

  test('for a session, or from a peer, that nobody knows is refused', async () => {
    const { offer, call } = open();
    expect(await offer({}, 'nobody')).toMatchObject({ status: 404 });
    expect(await offer({ pc_id: 'nobody', restart_pc: true })).toMatchObject({ status: 404 });
    const { id } = await call();
    expect(await offer({ pc_id: id, restart_pc: true }, 'another')).toMatchObject({ status: 404 });
  });

  test('beyond the places is asked to come later; who is coming back is let in', async () => {
    const { offer, call } = open(LIMITS.clientsMax - 1);
    const { id } = await call();
    expect(await offer()).toMatchObject({ status: 503, detail: expect.stringContaining('places are taken') });
    expect(await offer({ pc_id: id, restart_pc: true })).toMatchObject({ status: 200 });
  });
});

describe('candidates', () => {
  test('reach their peer; the end of them, and what is of no use, is taken without a word', async () => {
    const { offer, patch, peers } = open();
    const { pc_id: id } = await offer();
    const mdns = { candidate: 'candidate:1 1 udp 1 a-b-c.local 9 typ host' };
    const taken = { status: 'success' };
    expect(patch(id, [candidate(1), { candidate: '' }, mdns, candidate(2)])).toMatchObject(taken);
    expect(peers.last.candidates).toEqual([
      'candidate:1 1 UDP 1 192.0.2.7 1 typ host',
      'candidate:1 1 UDP 1 192.0.2.7 2 typ host',
    ]);
  });

  test("that are none, are too many, or are nobody's are refused in words", async () => {
    const { offer, patch, peers } = open();
    const { pc_id: id } = await offer();
    expect(patch(id, [{ candidate: 'candidate:hello' }]).detail).toContain('not of the form');
    expect(patch(id, 'hello').detail).toContain('not valid: candidates');
    expect(patch('nobody', []).detail).toContain('no peer connection has this pc_id');
    expect(patch(id, [], 'another').detail).toContain('no peer connection has this pc_id');
    for (const from of [0, 32])
      patch(
        id,
        Array.from({ length: 32 }, (_, index) => candidate(1 + from + index)),
      );
    expect(patch(id, [candidate(100)]).detail).toContain('more than 64 candidates');
    // One of the offer's own is among them.
    expect(peers.last.candidates).toHaveLength(63);
  });
});

describe('a second offer', () => {
  test('of the same peer is answered with the same id, and brings its new addresses', async () => {
    const { call, offer, peers } = open();
    const { id, guest } = await call();
    const sdp = `${CHROMIUM_OFFER}a=candidate:9 1 udp 1 192.0.2.9 9 typ host\r\n`;
    expect(await offer({ sdp, pc_id: id })).toMatchObject({ status: 200, pc_id: id });
    expect(peers.peers).toHaveLength(1);
    expect(peers.last.candidates).toContain('candidate:9 1 UDP 1 192.0.2.9 9 typ host');
    expect(guest.backs).toBe(0);
  });

  test('that changes the peer is sent back for a restart', async () => {
    const { call, offer } = open();
    const { id } = await call();
    expect(await offer({ sdp: FIREFOX_OFFER, pc_id: id })).toMatchObject({ status: 503 });
  });

  test('with restart_pc goes on with the call once its channel is open; the old one ends mute', async () => {
    const { call, offer, peers, guests } = open();
    const { id, peer: old, guest } = await call();
    const again = await offer({ pc_id: id, restart_pc: true });
    expect(again.pc_id).not.toBe(id);
    expect([guest.backs, guest.lost]).toEqual([0, []]);
    peers.last.far.opened();
    expect([guest.backs, guests.length]).toEqual([1, 1]);
    expect(guest.lost).toEqual(['1001 came back']);
    expect(old.texts).toEqual([]);
    peers.last.far.message('hello');
    old.far.message('a late word');
    expect(guest.heard).toEqual(['hello']);
  });

  test('with restart_pc may close the old peer before the new one is up', async () => {
    const { call, offer, peers, guests } = open();
    const { id, peer: old, guest } = await call();
    await offer({ pc_id: id, restart_pc: true });
    old.far.closed(true, 'the client closed the peer connection');
    expect(guest.lost).toEqual(['1006 the client closed the peer connection']);
    peers.last.far.opened();
    expect([guest.backs, guests.length]).toEqual([1, 1]);
  });

  test('with restart_pc is followed by two more, so that the stock client plays the new track', async () => {
    const { call, offer, peers } = open();
    const { id: before } = await call();
    const { pc_id: id, sdp } = await offer({ pc_id: before, restart_pc: true });
    peers.last.far.opened();
    expect(peers.last.texts).toEqual([RENEGOTIATE]);
    const gone = await offer({ pc_id: id });
    const again = await offer({ pc_id: id });
    const directions = [sdp, gone.sdp, again.sdp].map((text) => /a=(sendrecv|recvonly)/.exec(text)?.[1]);
    expect(directions).toEqual(['sendrecv', 'recvonly', 'sendrecv']);
    expect(await offer({ pc_id: id })).toMatchObject({ sdp: again.sdp });
  });

  test('with restart_pc knows its session by the peer that is over', async () => {
    const { call, offer, peers } = open();
    const { id, peer, guest } = await call();
    peer.far.closed(false, 'the peer connection failed');
    expect(guest.lost).toEqual(['1006 the peer connection failed']);
    expect(await offer({ pc_id: id })).toMatchObject({ status: 503 });
    expect(await offer({ pc_id: id, restart_pc: true })).toMatchObject({ status: 200 });
    peers.last.far.opened();
    expect(guest.backs).toBe(1);
  });

  test('for a session that ended meanwhile is told goodbye', async () => {
    const { call, offer, peers, guests } = open();
    const { id, guest } = await call();
    await offer({ pc_id: id, restart_pc: true });
    guest.ended = true;
    peers.last.far.opened();
    expect([guests.length, peers.last.texts]).toEqual([1, [PEER_LEFT]]);
    expect(await offer({ pc_id: id, restart_pc: true })).toMatchObject({ status: 410 });
  });

  test('before the first one led anywhere takes its place', async () => {
    const { offer, peers, guests, issue } = open();
    const session = issue();
    await offer({}, session);
    await offer({ restart_pc: true }, session);
    peers.last.far.opened();
    expect(guests).toHaveLength(1);
    peers.peers[0]?.far.opened();
    expect(guests).toHaveLength(1);
  });

  test('without restart_pc is no way into a call that is heard', async () => {
    const { call, offer, issue, pass } = open();
    const session = issue();
    await call(session);
    expect(await offer({}, session)).toMatchObject({ status: 409 });
    pass(LIMITS.clientQuietUs);
    expect(await offer({}, session)).toMatchObject({ status: 200 });
  });

  test('for a session over WebSocket is refused', async () => {
    const { offer, reception, issue } = open();
    const session = issue();
    reception.settle(
      session,
      { ended: false, silentUs: seconds(9), back: () => {}, leave: () => {} },
      'websocket',
    );
    expect(await offer({ restart_pc: true }, session)).toMatchObject({
      status: 409,
      detail: expect.stringContaining('over websocket'),
    });
  });
});

describe('a peer', () => {
  test('that falls silent is out of reach, and back when it is heard again', async () => {
    const { call, pass, desk } = open();
    const { peer, guest } = await call();
    pass(ms(2_900));
    expect(guest.lost).toEqual([]);
    pass(ms(200));
    expect(guest.lost).toEqual(['1006 no sign of life for 3100 ms']);
    expect(desk.count).toBe(0);
    peer.far.message('ping: 1');
    expect([guest.backs, desk.count]).toEqual([1, 1]);
    expect(peer.closed).toBe(false);
  });

  test('that stays silent is given up, and its session is told once', async () => {
    const { call, pass } = open();
    const { peer, guest } = await call();
    pass(ms(3_100));
    pass(LIMITS.clientDeadAfterUs);
    expect([peer.closed, guest.lost.length]).toEqual([true, 1]);
  });

  test('that never comes up is given up after half a minute, and its place is free', async () => {
    const { offer, pass, peers, desk } = open();
    await offer();
    pass(seconds(29));
    expect(desk.count).toBe(1);
    pass(seconds(2));
    expect([desk.count, peers.last.closed]).toEqual([0, true]);
  });

  test('that hangs up has left', async () => {
    const { call } = open();
    const { peer, guest } = await call();
    peer.far.closed(true, 'the client closed the data channel');
    expect(guest.lost).toEqual(['1000 the client closed the data channel']);
  });

  test.each([
    ['messages', (peer: StandInPeer) => peer.far.message('x'), LIMITS.clientMessagesAtOnceMax, 'messages'],
    ['bytes', (peer: StandInPeer) => peer.far.message('x'.repeat(1 << 20)), 4, 'bytes'],
    [
      'packets',
      (peer: StandInPeer) => peer.far.packet(new Uint8Array(9)),
      LIMITS.peerPacketsAtOnceMax,
      'packets',
    ],
  ])('that floods with %s is cut off with the reason', async (_name, send, count, what) => {
    const { call } = open();
    const { peer, guest } = await call();
    for (let sent = 0; sent <= count; sent += 1) send(peer);
    expect(guest.lost).toEqual([
      expect.stringMatching(new RegExp(`^1008 more than \\d+ ${what} a second came$`)),
    ]);
    expect(peer.texts).toEqual([PEER_LEFT]);
  });

  test('that does not read is cut off, and one message too large is told of', async () => {
    const { call } = open();
    const { peer, guest } = await call();
    guest.connection.send('x'.repeat(2_000));
    expect(peer.texts).toEqual([expect.stringContaining('a message of 2000 characters is larger')]);
    peer.backlogBytes = LIMITS.clientBacklogBytesMax + 1;
    guest.connection.send('x');
    expect(guest.lost).toEqual([expect.stringContaining('1008 the client reads too slowly')]);
  });

  test('whose session has a bug goes alone', async () => {
    const { call, faults } = open();
    const [unlucky, neighbour] = [await call(), await call()];
    unlucky.peer.far.message('boom');
    expect(unlucky.guest.lost).toEqual(['1011 internal error']);
    expect(faults).toMatchObject([{ message: 'a bug' }]);
    neighbour.peer.far.message('still here');
    expect(neighbour.guest.heard).toEqual(['still here']);
  });
});

test('closing says goodbye to every peer, and closes the stack', async () => {
  const { call, desk, peers } = open();
  const { peer, guest } = await call();
  await desk.close('the server is shutting down');
  expect(peer.texts).toEqual([PEER_LEFT]);
  expect(guest.lost).toEqual(['1001 the server is shutting down']);
  expect([peer.closed, peers.closed]).toEqual([true, true]);
});
