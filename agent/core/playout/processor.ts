// The end of the pipeline towards the caller: replies leave here in 20 ms packets, and here the
// agent knows what was heard. An interruption stops the audio and states the heard text in the
// same dispatch; nothing of the reply is sent afterwards.
import type { ClientSession } from '../client.ts';
import { lastChars } from '../excerpt.ts';
import type { Frame } from '../frame.ts';
import { LIMITS } from '../limit.ts';
import type { Outlet } from '../outlet.ts';
import type { Direction, Link, Processor } from '../pipeline.ts';
import type { Word } from '../provider.ts';
import type { PlayoutSettings } from '../setting.ts';
import { type Micros, ms } from '../time.ts';
import { isAudible } from './audible.ts';
import { Ledger } from './ledger.ts';
import { PACKET_US, Pace } from './pace.ts';
import { AudioQueue } from './queue.ts';

type Reply = {
  readonly id: number;
  readonly queue: AudioQueue;
  readonly ledger: Ledger;
  readonly pace: Pace;
  started: boolean;
  audible: boolean;
  /** No more audio will come. */
  complete: boolean;
  /** Its end did not fit and is not spoken. */
  cut: boolean;
  /** The last packet has left; the client may still be playing. */
  sent: boolean;
  /** Kept until the turn that it answers is over, or until it is known why the caller is heard over it. */
  held: 'draft' | 'ducked' | undefined;
  /** Samples sent once more. */
  repeated: number;
  /** What had been heard when it was last resumed: to say a word again does not unsay it. */
  heardSamples: number;
};

/** What was stated of an interrupted reply before the client could tell how much of it was played. */
type Estimate = { readonly reply: Reply; readonly text: string };

/** What an echo may repeat: some ten seconds of speech. */
const SAYING_CHARS = 200;

export class PlayoutProcessor implements Processor {
  readonly name = 'transport.output';
  readonly #client: ClientSession;
  readonly #outlet: Outlet;
  readonly #leadUs: Micros;
  readonly #packetBytes: number;
  #link: Link | undefined;
  #reply: Reply | undefined;
  /** Replies up to this one are over: late frames of them are dropped. */
  #closed = 0;
  /** The end of the last reply that is over: its echo may still come back. */
  #said = '';
  /** Nobody is there to hear: nothing is sent. */
  #away = false;
  /** The last reply that came to its end, and when it had been heard. */
  #told: { readonly reply: Reply; readonly atUs: Micros } | undefined;
  /** Interruptions of which the client has not yet said what it dropped; oldest first. */
  #unsettled: (Estimate | undefined)[] = [];

  constructor(settings: PlayoutSettings, client: ClientSession, outlet: Outlet) {
    this.#client = client;
    this.#outlet = outlet;
    this.#leadUs = ms(settings.leadMs);
    this.#packetBytes = Math.round((client.outputRate * PACKET_US) / 1_000_000) * 2;
  }

  attach(link: Link): void {
    this.#link = link;
  }

  process(now: Micros, frame: Frame, direction: Direction): void {
    switch (frame.kind) {
      case 'LlmStarted':
        // From here on the reply has an end to state, even if it never makes a sound.
        this.#start(frame);
        break;
      case 'TtsAudio':
        return this.#audio(now, frame.reply, frame.pcm);
      case 'TtsWord':
        return this.#word(frame.reply, frame.word);
      case 'TtsEnded':
        return this.#ended(now, frame.reply);
      case 'Interruption':
        this.#interrupt(now, frame.turn, frame.reply);
        break;
      case 'Discard':
        this.#discard(frame.reply);
        break;
      case 'Duck':
        this.#duck(now, frame.reply);
        break;
      case 'Resume':
        this.#resume(now, frame.reply);
        break;
      case 'UserStoppedSpeaking':
        if (frame.drafted) this.#release(now, frame.reply);
        // Behind the caller's next words there is no place any more for a reply that counted as unheard.
        this.#unsettled = this.#unsettled.map((estimate) => (estimate?.text === '' ? undefined : estimate));
        break;
      case 'End':
        this.#close(now);
        break;
      default:
    }
    this.#link?.pass(now, frame, direction);
  }

  /** The `playout` timer: sends what is due and sets the timer for what is not. */
  tick(now: Micros): void {
    const reply = this.#reply;
    if (reply === undefined || reply.held === 'draft') return;
    while (reply.pace.dueUs <= now && this.#sendable(reply)) this.#send(now, reply);
    if (reply.complete && reply.queue.bytes === 0) return this.#finish(now, reply);
    if (this.#sendable(reply)) this.#outlet.timers.set('playout', reply.pace.dueUs);
  }

  /** The `played_out` timer: the caller has heard the reply to its end. */
  playedOut(now: Micros): void {
    this.#close(now);
  }

  /**
   * The client dropped `us` of audio at the oldest interruption not yet accounted for. All that was sent
   * before the interruption had arrived there before it, so the rest was played.
   */
  unplayed(now: Micros, us: Micros): void {
    const estimate = this.#unsettled.shift();
    if (estimate === undefined) return;
    const { reply, text: instead } = estimate;
    const dropped = Math.round((us * this.#client.outputRate) / 1_000_000);
    const heard = Math.max(0, reply.heardSamples, this.#sentSamples(reply) - dropped);
    const text = reply.ledger.heard(heard);
    if (text === instead) return;
    this.#link?.push(now, { kind: 'Heard', reply: reply.id, text, complete: false, instead });
  }

  /**
   * The client is out of reach; the last sign of it came at `sinceUs`. The reply that was sent into the void
   * waits at the word at which it broke off. Returns what the client missed of one that seemed heard.
   */
  lost(now: Micros, sinceUs: Micros): string {
    this.#away = true;
    this.#outlet.timers.clear('playout');
    this.#outlet.timers.clear('played_out');
    const reply = this.#reply;
    if (reply !== undefined) {
      if (reply.started) this.#recall(reply, sinceUs);
      return '';
    }
    const told = this.#told;
    this.#told = undefined;
    return told === undefined || told.atUs <= sinceUs ? '' : this.#take(now, told.reply, sinceUs);
  }

  /** The client can hear again: the reply goes on. */
  back(now: Micros): void {
    this.#away = false;
    const reply = this.#reply;
    if (reply === undefined) return;
    if (reply.sent) return void this.#close(now);
    if (this.#sendable(reply)) reply.pace.resume(now);
    this.tick(now);
  }

  /** The end of what the agent has been saying, as far as it was sent. */
  get saying(): string {
    const reply = this.#reply;
    if (reply === undefined || !reply.started) return this.#said;
    return lastChars(reply.ledger.heard(this.#sentSamples(reply)), SAYING_CHARS);
  }

  #start({ reply: id, draft }: Frame & { kind: 'LlmStarted' }): void {
    const reply = this.#open(id);
    if (reply !== undefined && draft) reply.held = 'draft';
  }

  /** Nothing of it was let out, so there is nothing to state either. */
  #discard(id: number): void {
    this.#closed = Math.max(this.#closed, id);
    if (this.#reply?.id === id) this.#reply = undefined;
  }

  #duck(now: Micros, id: number): void {
    const reply = this.#reply;
    if (reply?.id !== id || reply.held !== undefined || reply.sent) return;
    reply.held = 'ducked';
    this.#outlet.timers.clear('playout');
    // What the client's protocol keeps for alignment belongs to what is heard now, not to an end later.
    this.#client.flushAudio(now);
  }

  /** Goes on; where the ear has been silent meanwhile, from the beginning of the word that broke off. */
  #resume(now: Micros, id: number): void {
    const reply = this.#reply;
    if (reply?.id !== id || reply.held !== 'ducked') return;
    if (now > reply.pace.playedOutUs) this.#repeatWord(reply);
    this.#release(now, id);
  }

  #repeatWord(reply: Reply): void {
    const sent = this.#sentSamples(reply);
    const start = reply.ledger.wordStart(sent);
    // A word that counts as heard goes on where it broke off: nobody needs it twice.
    if (start === sent || reply.ledger.heard(sent) !== reply.ledger.heard(start)) return;
    reply.heardSamples = Math.max(reply.heardSamples, sent);
    reply.repeated += reply.queue.putBack(2 * (sent - start)) / 2;
  }

  #release(now: Micros, id: number): void {
    const reply = this.#reply;
    if (reply?.id !== id) return;
    reply.held = undefined;
    if (this.#sendable(reply)) reply.pace.resume(now);
    this.tick(now);
  }

  /** What was sent too late to have been heard is to be sent again, from the beginning of a word. */
  #recall(reply: Reply, sinceUs: Micros): void {
    const late = this.#sentSamples(reply) - this.#heardBefore(reply, sinceUs);
    if (late <= 0) return;
    reply.repeated += reply.queue.putBack(2 * late) / 2;
    reply.sent = false;
  }

  /** Takes back what was stated of a reply that nobody heard to its end; the words that were missed. */
  #take(now: Micros, reply: Reply, sinceUs: Micros): string {
    const { id, ledger } = reply;
    const missed = ledger.from(this.#heardBefore(reply, sinceUs));
    if (missed === '') return '';
    const text = ledger.text.slice(0, ledger.text.length - missed.length).trim();
    this.#link?.push(now, { kind: 'Heard', reply: id, text, complete: false, instead: ledger.text });
    return missed;
  }

  /** How much of it was surely heard when the last sign of the client came: whole words, in samples. */
  #heardBefore(reply: Reply, sinceUs: Micros): number {
    const playedUs = reply.pace.playedUs(sinceUs - LIMITS.playoutUnsureUs);
    const played = Math.floor((playedUs * this.#client.outputRate) / 1_000_000);
    return reply.ledger.wordStart(Math.max(0, played - reply.repeated));
  }

  #open(id: number): Reply | undefined {
    if (id <= this.#closed) return undefined;
    this.#reply ??= {
      id,
      queue: new AudioQueue(LIMITS.playoutBytesMax),
      ledger: new Ledger(this.#client.outputRate),
      pace: new Pace(this.#client.leadUs ?? this.#leadUs),
      started: false,
      audible: false,
      complete: false,
      cut: false,
      sent: false,
      held: undefined,
      repeated: 0,
      heardSamples: 0,
    };
    return this.#reply.id === id ? this.#reply : undefined;
  }

  #audio(now: Micros, id: number, pcm: Uint8Array): void {
    const reply = this.#open(id);
    if (reply === undefined || reply.complete) return;
    const wasDry = !this.#sendable(reply);
    if (!reply.queue.push(pcm)) return this.#overflow(now, reply);
    if (!wasDry || !this.#sendable(reply)) return;
    reply.pace.resume(now);
    this.tick(now);
  }

  /** Words beyond the audio that was let in would be told as heard without ever having sounded. */
  #word(id: number, word: Word): void {
    const reply = this.#open(id);
    if (reply !== undefined && !reply.complete) reply.ledger.add(word);
  }

  /** What follows is refused too: audio with a hole in it would put every later word elsewhere. */
  #overflow(now: Micros, reply: Reply): void {
    const message = 'a reply is longer than the playout queue; its end is not spoken';
    const failure = { reason: 'bad_request', message, retryable: false } as const;
    this.#outlet.note(now, { what: 'error', stage: 'tts', reason: 'bad_request', message, fatal: false });
    this.#link?.push(now, { kind: 'Error', stage: 'tts', failure, fatal: false });
    reply.cut = true;
    this.#ended(now, reply.id);
  }

  /** A whole packet is there, or the last piece of the reply. */
  #sendable(reply: Reply): boolean {
    if (this.#away || reply.held !== undefined) return false;
    return reply.queue.bytes >= this.#packetBytes || (reply.complete && reply.queue.bytes > 0);
  }

  #send(now: Micros, reply: Reply): void {
    const pcm = reply.queue.take(this.#packetBytes);
    if (!reply.started) {
      reply.started = true;
      this.#outlet.note(now, { what: 'reply.started', reply: reply.id });
      this.#announce(now, { kind: 'BotStartedSpeaking', reply: reply.id });
    }
    this.#client.sendAudio(now, pcm);
    reply.pace.sent();
    if (!reply.audible && isAudible(pcm)) {
      reply.audible = true;
      this.#outlet.note(now, { what: 'reply.audible', reply: reply.id });
    }
    this.#tellWords(now, reply);
  }

  #tellWords(now: Micros, reply: Reply): void {
    for (const text of reply.ledger.begun(this.#sentSamples(reply))) {
      this.#link?.push(now, { kind: 'TtsText', reply: reply.id, text });
    }
  }

  #ended(now: Micros, id: number): void {
    const reply = this.#open(id);
    if (reply === undefined || reply.complete) return;
    const wasDry = !this.#sendable(reply);
    reply.complete = true;
    if (wasDry) reply.pace.resume(now);
    this.tick(now);
  }

  #finish(now: Micros, reply: Reply): void {
    if (reply.sent) return;
    reply.sent = true;
    // Word times may come after the audio they belong to, the last ones after the last packet.
    this.#tellWords(now, reply);
    if (reply.started) this.#client.flushAudio(now);
    const complete = reply.started && !reply.cut;
    this.#outlet.note(now, { what: 'reply.stopped', reply: reply.id, complete });
    if (reply.started) this.#outlet.timers.set('played_out', reply.pace.playedOutUs);
    else this.#close(now);
  }

  #interrupt(now: Micros, turn: number, id: number): void {
    this.#outlet.note(now, { what: 'interrupted', turn, reply: id });
    this.#closed = Math.max(this.#closed, id);
    const reply = this.#reply;
    const text = this.#close(now);
    if (!this.#client.flushable) return;
    this.#unsettled.push(reply === undefined ? undefined : { reply, text });
    if (this.#unsettled.length > LIMITS.unsettledInterruptionsMax) this.#unsettled.shift();
  }

  /** Ends the reply here and now, and states what of it was heard. */
  #close(now: Micros): string {
    const reply = this.#reply;
    if (reply === undefined) return '';
    this.#said = this.saying;
    this.#reply = undefined;
    this.#closed = Math.max(this.#closed, reply.id);
    // A draft at the end of the call: nobody knows of it, so there is no end to state.
    if (reply.held === 'draft') return '';
    this.#outlet.timers.clear('playout');
    this.#outlet.timers.clear('played_out');
    if (!reply.sent) {
      if (reply.started) this.#client.flushAudio(now);
      this.#outlet.note(now, { what: 'reply.stopped', reply: reply.id, complete: false });
    }
    const text = reply.ledger.heard(this.#heardSamples(now, reply));
    const complete = reply.sent && !reply.cut && text === reply.ledger.text;
    if (complete) this.#told = { reply, atUs: now };
    this.#link?.push(now, { kind: 'Heard', reply: reply.id, text, complete });
    this.#announce(now, { kind: 'BotStoppedSpeaking', reply: reply.id });
    return text;
  }

  /** A client that cannot drop audio will play all that was sent; any other stops where it is. */
  #heardSamples(now: Micros, reply: Reply): number {
    if (!this.#client.flushable) return Math.max(reply.heardSamples, this.#sentSamples(reply));
    const played = Math.floor((reply.pace.playedUs(now) * this.#client.outputRate) / 1_000_000);
    return Math.max(reply.heardSamples, played - reply.repeated);
  }

  /** How far into the reply has been sent; what was sent twice counts once. */
  #sentSamples(reply: Reply): number {
    return (reply.pace.packets * this.#packetBytes) / 2 - reply.repeated;
  }

  /** To both sides; observers see it once. */
  #announce(now: Micros, frame: Frame & { kind: 'BotStartedSpeaking' | 'BotStoppedSpeaking' }): void {
    this.#link?.push(now, frame);
    this.#link?.pass(now, frame, 'upstream');
  }
}
