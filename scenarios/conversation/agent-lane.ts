// The agent's facts on lanes: what it took for speech, what it understood, what it decided, and the reply
// on its way out. Requests to the vendors are drawn next door, in `request-lane.ts`.
import type { Mark } from '#reports/conversation/conversation-report.ts';
import type { Canvas, Draft } from './canvas.ts';
import { instantOf, type LooseFact, noteOf, numberIn, textIn } from './loose-fact.ts';

/** Decisions and events that are an instant with a name; `label` may end in a field's value. */
const MARKS: Readonly<Record<string, { label: string; look: Mark['look']; field?: string }>> = {
  'session.started': { label: 'session started', look: 'faint' },
  'session.ended': { label: 'session ended', look: 'faint', field: 'reason' },
  'client.ready': { label: 'client ready', look: 'faint' },
  'client.left': { label: 'client left', look: 'plain', field: 'reason' },
  'client.back': { label: 'client back', look: 'good' },
  'client.rejected': { label: 'client rejected', look: 'bad', field: 'reason' },
  typed: { label: 'typed', look: 'plain', field: 'text' },
  classified: { label: 'class', look: 'plain', field: 'class' },
  nudge: { label: 'nudge', look: 'plain', field: 'text' },
  farewell: { label: 'farewell', look: 'plain', field: 'text' },
  repeated: { label: 'said again', look: 'plain', field: 'text' },
  'cost.capped': { label: 'cost cap near', look: 'bad' },
  summary: { label: 'summary', look: 'plain' },
  'summary.failed': { label: 'no summary', look: 'bad', field: 'reason' },
  pinned: { label: 'pinned', look: 'faint', field: 'text' },
  interrupted: { label: 'interrupted', look: 'bad' },
  'context.amended': { label: 'heard less', look: 'plain', field: 'text' },
  'context.trimmed': { label: 'message trimmed', look: 'plain', field: 'where' },
};

/** Stated elsewhere on the page, or of no use on a time axis. */
const SILENT = new Set(['context', 'usage.stt', 'usage.llm', 'usage.tts']);

export class AgentLanes {
  readonly #canvas: Canvas;
  readonly #actOfTurn: (turn: number | undefined) => number | undefined;
  readonly #actOfReply: (reply: number | undefined) => number | undefined;
  readonly #turns = new Map<number, Draft>();
  readonly #guesses = new Map<number, Draft>();
  readonly #sent = new Map<number, Draft>();
  #speech: Draft | undefined;
  #ducked: Draft | undefined;

  constructor(canvas: Canvas, acts: ActLookup) {
    this.#canvas = canvas;
    this.#actOfTurn = acts.ofTurn;
    this.#actOfReply = acts.ofReply;
  }

  /** False for a kind it does not know. */
  take(fact: LooseFact): boolean {
    if (fact.what === 'context' && fact.fields['merged'] === true && textIn(fact, 'role') === 'user')
      this.#canvas.mark('decision', fact.t, 'merged', 'plain', 'it goes on with the message before');
    if (SILENT.has(fact.what)) return true;
    const known = MARKS[fact.what];
    if (known !== undefined) this.#mark(fact, known);
    return this.#hearing(fact) || this.#deciding(fact) || this.#speaking(fact) || known !== undefined;
  }

  #mark(
    fact: LooseFact,
    { label, look, field }: { label: string; look: Mark['look']; field?: string },
  ): void {
    const value = field === undefined ? undefined : textIn(fact, field);
    const name = value === undefined || value === '' ? label : `${label}: ${value}`;
    this.#canvas.mark('decision', fact.t, name, look, noteOf(fact));
  }

  #hearing(fact: LooseFact): boolean {
    const canvas = this.#canvas;
    switch (fact.what) {
      case 'vad.started': {
        const act = this.#actOfTurn(numberIn(fact, 'turn'));
        const span = { fromUs: instantOf(fact), label: 'speech', look: 'solid' } as const;
        this.#speech = canvas.open('vad', { ...span, ...(act === undefined ? {} : { act }) });
        return true;
      }
      case 'vad.stopped': {
        const endUs = instantOf(fact);
        canvas.close(this.#speech, endUs);
        const untilUs = Math.max(endUs, numberIn(fact, 'decidedUs') ?? endUs);
        canvas.span('vad', { fromUs: endUs, untilUs, label: 'silence awaited', look: 'wait' });
        return true;
      }
      case 'stt.interim':
        canvas.mark('transcript', fact.t, (textIn(fact, 'text') ?? '').trim(), 'faint');
        return true;
      case 'stt.final':
        canvas.mark('transcript', fact.t, (textIn(fact, 'text') ?? '').trim(), 'good', 'final transcript');
        return true;
      default:
        return false;
    }
  }

  #deciding(fact: LooseFact): boolean {
    const canvas = this.#canvas;
    const turn = numberIn(fact, 'turn') ?? -1;
    const act = this.#actOfTurn(turn);
    const own = act === undefined ? {} : { act };
    switch (fact.what) {
      case 'turn.started': {
        const span = { fromUs: fact.t, label: `turn ${turn}`, look: 'soft', ...own } as const;
        this.#turns.set(turn, canvas.open('decision', span));
        return true;
      }
      case 'turn.committed':
        canvas.close(this.#turns.get(turn), fact.t);
        canvas.close(this.#guesses.get(turn), fact.t, 'solid');
        canvas.mark('decision', fact.t, 'committed', 'good', noteOf(fact));
        return true;
      case 'turn.dropped':
        canvas.close(this.#turns.get(turn), fact.t, 'cut');
        canvas.mark('decision', fact.t, 'dropped', 'bad', 'nothing to answer');
        return true;
      case 'speculated': {
        canvas.close(this.#guesses.get(turn), fact.t, 'cut');
        const span = {
          fromUs: fact.t,
          label: 'speculated',
          look: 'wait',
          note: noteOf(fact),
          ...own,
        } as const;
        this.#guesses.set(turn, canvas.open('decision', span));
        return true;
      }
      case 'discarded':
        for (const guess of this.#guesses.values()) canvas.close(guess, fact.t, 'cut');
        canvas.mark('decision', fact.t, 'discarded', 'bad', noteOf(fact));
        return true;
      default:
        return false;
    }
  }

  #speaking(fact: LooseFact): boolean {
    const canvas = this.#canvas;
    const reply = numberIn(fact, 'reply') ?? -1;
    switch (fact.what) {
      case 'reply.started': {
        const act = this.#actOfReply(reply);
        const span = { fromUs: fact.t, label: `reply ${reply}`, look: 'solid' } as const;
        this.#sent.set(reply, canvas.open('sent', { ...span, ...(act === undefined ? {} : { act }) }));
        return true;
      }
      case 'reply.audible':
        return true;
      case 'reply.stopped': {
        const sent = this.#sent.get(reply);
        canvas.close(this.#ducked, fact.t);
        canvas.close(sent, fact.t);
        if (sent !== undefined && fact.fields['complete'] === false) sent.note = 'cut short';
        if (fact.fields['complete'] === false) canvas.mark('sent', fact.t, 'stopped', 'bad', noteOf(fact));
        return true;
      }
      case 'ducked':
        this.#ducked = canvas.open('sent', {
          fromUs: fact.t,
          label: 'ducked',
          look: 'wait',
          note: noteOf(fact),
        });
        return true;
      case 'resumed':
        canvas.close(this.#ducked, fact.t);
        canvas.mark('sent', fact.t, 'resumed', 'good', noteOf(fact));
        return true;
      default:
        return false;
    }
  }
}

/** To which act of the script the agent's numbers belong. */
export type ActLookup = {
  readonly ofTurn: (turn: number | undefined) => number | undefined;
  readonly ofReply: (reply: number | undefined) => number | undefined;
};
