// Requests on lanes, as the agent made them and as the vendors saw them at their own sockets: waiting for
// the first output, then the output, or cut where it was cancelled. Tools are requests as well.
import type { ActLookup } from './agent-lane.ts';
import type { Canvas, Draft, LaneId } from './canvas.ts';
import { type LooseFact, noteOf, numberIn, textIn } from './loose-fact.ts';

type Stage = 'stt' | 'llm' | 'tts';
type Request = { readonly waiting: Draft; output?: Draft };

const isStage = (text: string | undefined): text is Stage =>
  text === 'stt' || text === 'llm' || text === 'tts';

export class RequestLanes {
  readonly #canvas: Canvas;
  readonly #acts: ActLookup;
  /** The newest request of each reply, turn or vendor's number. */
  readonly #requests = new Map<string, Request>();
  readonly #tools = new Map<string, Draft>();
  #count = 0;

  constructor(canvas: Canvas, acts: ActLookup) {
    this.#canvas = canvas;
    this.#acts = acts;
  }

  /** The agent's own facts of its requests; false for a kind it does not know. */
  take(fact: LooseFact): boolean {
    const reply = numberIn(fact, 'reply') ?? -1;
    switch (fact.what) {
      case 'stt.finalize':
        this.#begin('stt', 'stt', 'final asked for', fact, this.#acts.ofTurn(numberIn(fact, 'turn')));
        return true;
      // Drawn as a transcript as well.
      case 'stt.final':
        this.#end('stt', fact.t);
        return false;
      case 'llm.request':
        this.#begin('llm', `llm ${reply}`, `first token of reply ${reply}`, fact, this.#acts.ofReply(reply));
        return true;
      case 'llm.continued':
        this.#begin('llm', `llm ${reply}`, `reply ${reply} goes on`, fact, this.#acts.ofReply(reply));
        return true;
      case 'llm.first_token':
        this.#output('llm', `llm ${reply}`, `reply ${reply} written`, fact);
        return true;
      case 'llm.done':
        this.#end(`llm ${reply}`, fact.t);
        return true;
      case 'tts.text':
        if (!this.#requests.has(`tts ${reply}`))
          this.#begin(
            'tts',
            `tts ${reply}`,
            `first sound of reply ${reply}`,
            fact,
            this.#acts.ofReply(reply),
          );
        else this.#canvas.mark('tts', fact.t, 'text', 'faint', textIn(fact, 'text') ?? '');
        return true;
      case 'tts.audible':
        this.#output('tts', `tts ${reply}`, `reply ${reply} voiced`, fact);
        return true;
      case 'tts.first_audio':
        return true;
      case 'tts.done':
        this.#end(`tts ${reply}`, fact.t);
        return true;
      default:
        return this.#trouble(fact, reply);
    }
  }

  #trouble(fact: LooseFact, reply: number): boolean {
    const canvas = this.#canvas;
    const stage = textIn(fact, 'stage');
    const lane: LaneId = isStage(stage) ? stage : 'decision';
    switch (fact.what) {
      case 'cancelled':
        if (stage !== undefined) this.#end(stage === 'stt' ? 'stt' : `${stage} ${reply}`, fact.t, true);
        canvas.mark(lane, fact.t, 'cancelled', 'bad', noteOf(fact));
        return true;
      case 'discarded':
        for (const name of ['llm', 'tts']) this.#end(`${name} ${reply}`, fact.t, true);
        return false;
      case 'retry':
      case 'error':
      case 'breaker':
        canvas.mark(lane, fact.t, fact.what, 'bad', noteOf(fact));
        return true;
      case 'hedged':
      case 'hedge.won':
        canvas.mark(lane, fact.t, fact.what === 'hedged' ? 'hedged' : 'hedge won', 'plain', noteOf(fact));
        return true;
      case 'tool.called':
      case 'tool.result':
      case 'tool.cancelled':
        this.#tool(fact);
        return true;
      default:
        return false;
    }
  }

  /** What a vendor states at its own socket; false for a kind it does not know. */
  takeVendor(stage: Stage, fact: LooseFact): boolean {
    const lane: LaneId = `${stage}.vendor`;
    const request = numberIn(fact, 'request') ?? -1;
    // A second vendor of the stage numbers its requests apart.
    const key = `${lane} ${numberIn(fact, 'lane') ?? 0} ${request}`;
    switch (fact.what) {
      case 'received':
        if (!this.#requests.has(key)) this.#begin(lane, key, `request ${request}`, fact, undefined);
        return true;
      case 'sent':
        this.#output(lane, key, `answer ${request}`, fact);
        return true;
      case 'done':
        this.#end(key, fact.t);
        return true;
      case 'cancelled':
        this.#end(key, fact.t, true);
        return true;
      case 'connected':
      case 'disconnected':
        this.#canvas.mark(lane, fact.t, fact.what, 'faint', noteOf(fact));
        return true;
      case 'fault':
        this.#canvas.mark(stage, fact.t, textIn(fact, 'fault') ?? 'fault', 'bad', noteOf(fact));
        return true;
      case 'drew':
      case 'heard':
        return true;
      default:
        return false;
    }
  }

  #begin(lane: LaneId, key: string, label: string, fact: LooseFact, act: number | undefined): void {
    this.#end(key, fact.t);
    this.#count += 1;
    const own = { group: `${lane} ${this.#count}`, ...(act === undefined ? {} : { act }) };
    const span = { fromUs: fact.t, label, look: 'wait', note: noteOf(fact), ...own } as const;
    this.#requests.set(key, { waiting: this.#canvas.open(lane, span) });
  }

  /** The wait is over: from here on it is answered. */
  #output(lane: LaneId, key: string, label: string, fact: LooseFact): void {
    const request = this.#requests.get(key);
    if (request === undefined || !this.#canvas.isOpen(request.waiting)) return;
    this.#canvas.close(request.waiting, fact.t);
    request.output = this.#canvas.open(lane, { ...request.waiting, fromUs: fact.t, label, look: 'solid' });
  }

  #end(key: string, t: number, cut = false): void {
    const request = this.#requests.get(key);
    if (request === undefined) return;
    for (const part of [request.waiting, request.output])
      this.#canvas.close(part, t, cut ? 'cut' : undefined);
  }

  #tool(fact: LooseFact): void {
    const name = textIn(fact, 'tool') ?? 'tool';
    const key = `${numberIn(fact, 'call') ?? name}`;
    if (fact.what === 'tool.called') {
      const act = this.#acts.ofReply(numberIn(fact, 'reply'));
      const own = act === undefined ? {} : { act };
      const span = { fromUs: fact.t, label: name, look: 'solid', note: noteOf(fact), ...own } as const;
      this.#tools.set(key, this.#canvas.open('tool', span));
      return;
    }
    const isCut = fact.what === 'tool.cancelled';
    this.#canvas.close(this.#tools.get(key), fact.t, isCut ? 'cut' : undefined);
    const isGood = !isCut && fact.fields['ok'] !== false;
    const label = isCut ? `${name} given up` : isGood ? `${name} answered` : `${name} failed`;
    this.#canvas.mark('tool', fact.t, label, isGood ? 'good' : 'bad', noteOf(fact));
  }
}
