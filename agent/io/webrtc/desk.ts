// Where peer connections are arranged: offers and candidates over HTTP, as the stock client of SmallWebRTC
// sends them. It answers an offer with a peer of its own, knows a peer by its `pc_id`, and leads whoever
// comes back to the session that goes on. Everything it is sent may be anything; what is wrong is said in
// words.
import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { LIMITS } from '../../core/limit.ts';
import { type Micros, toMs } from '../../core/time.ts';
import { parseCandidate } from '../../transports/webrtc/candidate.ts';
import { type LocalDescription, writeAnswer } from '../../transports/webrtc/sdp-answer.ts';
import { parseOffer, type RemoteOffer } from '../../transports/webrtc/sdp-offer.ts';
import type { Connection } from '../connection.ts';
import type { Reception } from '../reception.ts';
import { type HttpAnswer, json, type PeerQuestion, refused } from '../route.ts';
import { WebrtcConnection } from './connection.ts';
import type { PeerFactory } from './peer.ts';
import { readCandidates, readOffer } from './request.ts';
import { Revival } from './revival.ts';
import type { VoiceEncoder } from './voice-line.ts';

export type PeerDeskOptions = {
  readonly peers: PeerFactory;
  /** Of the voice of one peer; the usual one when absent. */
  readonly encoder?: (() => VoiceEncoder) | undefined;
  readonly reception: Reception;
  /** Callers of every kind who have a place now. */
  callers(): number;
  now(): Micros;
  onClient(connection: Connection): void;
  fault(error: unknown): void;
};

/** One peer, by its id, for as long as its connection lasts. */
type Entry = {
  readonly id: string;
  readonly session: string;
  readonly connection: WebrtcConnection;
  /** The offer that began it, and under which source it hears us. */
  readonly offer: RemoteOffer;
  readonly ssrc: number;
  readonly described: Promise<LocalDescription | undefined>;
  readonly revival: Revival | undefined;
  candidates: number;
};

/** To a session that goes on; with a peer connection in place of another one. */
type Coming = { readonly returns: boolean; readonly restarts: boolean };

export class PeerDesk {
  readonly #options: PeerDeskOptions;
  readonly #entries = new Map<string, Entry>();
  /** Sessions of peers that are over too: their clients come back with the id of the peer. */
  readonly #sessions = new Map<string, string>();

  constructor(options: PeerDeskOptions) {
    this.#options = options;
  }

  /** Peers whose client is there, or about to be. */
  get count(): number {
    let count = 0;
    for (const { connection } of this.#entries.values()) if (connection.present) count += 1;
    return count;
  }

  async offer({ body, peer, session }: PeerQuestion): Promise<HttpAnswer> {
    const request = readOffer(body);
    if (!request.ok) return refused(400, request.reason);
    const parsed = parseOffer(request.value.sdp);
    if (!parsed.ok) return refused(400, parsed.reason);
    const { pc_id: id, restart_pc: restarts } = request.value;
    const entry = id === null ? undefined : this.#entries.get(id);
    const theirs = id === null ? undefined : this.#sessions.get(id);
    if (theirs !== undefined && session !== undefined && theirs !== session) return stranger();
    // A conversation that is nowhere cannot be gone on with, and a new one would begin without its client-
    // ready.
    if (id !== null && theirs === undefined && session === undefined) return stranger();
    if (restarts || theirs === undefined) return this.#begin(parsed.offer, peer, theirs ?? session, restarts);
    return entry === undefined ? refused(503, RESTART) : this.#again(entry, parsed.offer);
  }

  /** Candidates of a peer, as they are found. */
  candidates({ body, session }: PeerQuestion): HttpAnswer {
    const request = readCandidates(body);
    if (!request.ok) return refused(400, request.reason);
    const entry = this.#entries.get(request.value.pc_id);
    if (entry === undefined || (session !== undefined && entry.session !== session)) return stranger();
    let problem: string | undefined;
    for (const { candidate } of request.value.candidates) problem ??= addTo(entry, candidate);
    return problem === undefined ? json(200, { status: 'success' }) : refused(400, problem);
  }

  checkLiveness(now: Micros, deadAfterUs: Micros): void {
    for (const { connection } of this.#entries.values()) connection.checkLiveness(now, deadAfterUs);
  }

  /** Says goodbye to everybody, and ends once that may have been heard. */
  async close(reason: string): Promise<void> {
    const connections = [...this.#entries.values()].map(({ connection }) => connection);
    for (const connection of connections) connection.close(1001, reason);
    if (connections.length > 0) await setTimeout(toMs(LIMITS.peerLingerUs));
    await this.#options.peers.close();
  }

  /** The same peer once more: more of its addresses, tracks of its own. Nothing changes for the call. */
  async #again(entry: Entry, offer: RemoteOffer): Promise<HttpAnswer> {
    if (!isSamePeer(entry.offer, offer)) return refused(503, RESTART);
    for (const candidate of offer.candidates) addTo(entry, candidate);
    return answerTo(entry, entry.revival?.answersSilently() === true ? unheard(offer) : offer);
  }

  async #begin(
    offer: RemoteOffer,
    peer: string,
    session: string | undefined,
    restarts: boolean,
  ): Promise<HttpAnswer> {
    const { reception, now, callers } = this.#options;
    await reception.recall(session);
    const admission = reception.judge(now(), session, { transport: 'webrtc', peer, restarts });
    if (!admission.ok) return refused(admission.status, admission.reason);
    const before = [...this.#entries.values()].filter((entry) => entry.session === admission.id);
    const returns = admission.resident !== undefined || before.length > 0;
    if (!returns && callers() >= reception.callersMax) {
      return refused(503, `all ${reception.callersMax} places are taken; try again later`);
    }
    for (const { connection } of before) {
      connection.retire();
      if (connection.connecting) connection.close(1001, 'the client made another peer connection');
    }
    const how = { returns: admission.resident !== undefined, restarts };
    const entry = this.#open(offer, peer, admission.id, how);
    if (typeof entry === 'string') return refused(400, `the offer was not taken: ${entry}`);
    return answerTo(entry, offer);
  }

  /** A peer for `offer`, or why there is none. */
  #open(offer: RemoteOffer, peer: string, session: string, { returns, restarts }: Coming): Entry | string {
    const { peers, reception, now, fault, encoder } = this.#options;
    const id = randomBytes(16).toString('base64url');
    const ssrc = randomInt(1, 2 ** 32);
    const stay = (resident: Parameters<Connection['stay']>[0]) =>
      reception.settle(session, resident, 'webrtc', peer);
    const revival = restarts ? new Revival((message) => connection.signal(message)) : undefined;
    const connection = new WebrtcConnection(
      { session, peer, now, fault, stay, limits: reception.limits },
      { payloadType: offer.voice.payloadType, ssrc, name: NAME, encoder: encoder?.() },
      {
        opened: () => {
          this.#meet(connection, returns);
          revival?.begin();
        },
        closed: () => {
          this.#entries.delete(id);
          revival?.stop();
        },
      },
    );
    const opened = peers.open(offer, { ssrc, name: NAME }, connection.hooks);
    if (!opened.ok) return opened.reason;
    connection.attach(opened.peer);
    const { described } = opened.peer;
    const shared = { id, session, connection, offer, ssrc, described, revival };
    const entry = { ...shared, candidates: offer.candidates.length };
    this.#entries.set(id, entry);
    this.#sessions.set(id, session);
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= LIMITS.sessionsEndedMax) break;
      this.#sessions.delete(oldest);
    }
    return entry;
  }

  /** Its data channel is open: the call begins, or goes on. */
  #meet(connection: WebrtcConnection, returns: boolean): void {
    const resident = this.#options.reception.residentOf(connection.session, 'webrtc');
    if (resident !== undefined) resident.back(connection);
    else if (returns) connection.close(1001, 'the session ended while its client came back');
    else this.#options.onClient(connection);
  }
}

/** A status of 500 and above makes the stock client try again with a new peer connection, which helps. */
const RESTART = 'this peer connection cannot be gone on with: make a new one and send restart_pc';

/** How our track is called. */
const NAME = 'parley';

async function answerTo({ id, ssrc, described }: Entry, offer: RemoteOffer): Promise<HttpAnswer> {
  const local = await described;
  if (local === undefined) return refused(503, 'the peer connection ended before its offer was answered');
  return json(200, { sdp: writeAnswer(offer, local, { ssrc, name: NAME }), type: 'answer', pc_id: id });
}

/** The same offer from a client that does not want to hear us. */
const unheard = (offer: RemoteOffer): RemoteOffer => {
  const speaks = offer.voice.direction === 'sendrecv' || offer.voice.direction === 'sendonly';
  return { ...offer, voice: { ...offer.voice, direction: speaks ? 'sendonly' : 'inactive' } };
};

/** What is wrong with the candidate; undefined when it was taken, or is of no use here. */
function addTo(entry: Entry, candidate: string): string | undefined {
  const parsed = parseCandidate(candidate);
  if (!parsed.ok) return parsed.skip ? undefined : parsed.reason;
  if (entry.candidates >= LIMITS.peerCandidatesMax) {
    return `more than ${LIMITS.peerCandidatesMax} candidates came for one peer connection`;
  }
  entry.candidates += 1;
  entry.connection.addCandidate(parsed.candidate);
  return undefined;
}

/** The library underneath keeps a peer as it began. */
const isSamePeer = (before: RemoteOffer, after: RemoteOffer): boolean =>
  before.ufrag === after.ufrag &&
  before.pwd === after.pwd &&
  before.fingerprint === after.fingerprint &&
  before.voice.payloadType === after.voice.payloadType &&
  before.voice.mid === after.voice.mid &&
  before.channel.mid === after.channel.mid;

const stranger = (): HttpAnswer =>
  refused(404, 'no peer connection has this pc_id; it may have been over for long: start a new call');
