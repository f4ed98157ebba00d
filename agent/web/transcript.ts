// The conversation as the page knows it: what the caller said as it was understood, and of what the agent
// says how much has sounded. It is data; the view draws it. After an interruption, or a broken connection,
// the agent's own memory has the last word.
import { fieldOf, type Message } from './call.ts';

/** Milliseconds after the caller's last sound; see `agent/transports/rtvi/turn-timing.ts`. */
export type Steps = Readonly<Partial<Record<string, number>>>;

export type Entry = {
  readonly id: number;
  readonly who: 'caller' | 'agent';
  /** What is settled; of the agent: what has sounded. */
  text: string;
  /** What may still change; of the agent: what has not sounded. */
  pending: string;
  /** Nothing of it will change any more. */
  done: boolean;
  /** The caller interrupted, and `pending` was never heard. */
  interrupted: boolean;
  steps?: Steps;
  /** From the caller's last sound to the agent's first, both at this device, ms. */
  earMs?: number;
  /** From the interruption's first sound to silence, both at this device, ms. */
  stoppedMs?: number;
};

/** Older entries leave the page. */
const ENTRIES_MAX = 200;

export type Said = { readonly role: 'user' | 'assistant'; readonly text: string };

export class Transcript {
  #entries: Entry[] = [];
  #count = 0;
  /** Parts of the agent's present entry, by segment. */
  #segments = new Map<number, { readonly spoken: string; readonly rest: string }>();

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get lastOfAgent(): Entry | undefined {
    return this.#entries.findLast(({ who }) => who === 'agent');
  }

  clear(): void {
    this.#entries = [];
    this.#segments.clear();
  }

  /** True when something has changed. */
  take({ type, data }: Message): boolean {
    switch (type) {
      case 'user-transcription':
        return this.#understood(String(fieldOf(data, 'text') ?? ''), fieldOf(data, 'final') === true);
      case 'user-llm-text':
        return this.#asked(String(fieldOf(data, 'text') ?? ''));
      case 'bot-started-speaking':
        return this.#agentBegan();
      case 'bot-output':
        return this.#agentSays(data);
      case 'bot-stopped-speaking':
        return this.#agentEnded();
      case 'bot-interrupted':
        return this.#interrupted();
      default:
        return this.#timed(data);
    }
  }

  /** The conversation in the agent's memory: texts as they were heard. What is known of an entry is kept. */
  restore(history: readonly Said[]): void {
    const before = [...this.#entries];
    this.#entries = history.map(({ role, text }) => {
      const who = role === 'user' ? 'caller' : 'agent';
      const at = before.findIndex((entry) => entry.who === who && isSame(entry, text));
      const known = at < 0 ? undefined : before.splice(0, at + 1).at(-1);
      const whole = known === undefined ? text : known.text + known.pending;
      const rest = who === 'agent' && whole.startsWith(text) ? whole.slice(text.length) : '';
      const fresh = { id: this.#newId(), who, done: true, interrupted: false } as const;
      return { ...fresh, ...known, text, pending: rest, done: true };
    });
    // What the caller has begun to say is in nobody's memory yet.
    this.#entries.push(...before.filter(({ done }) => !done));
  }

  /** What was heard of the interrupted answer, as the agent remembers it. */
  correct(history: readonly Said[]): boolean {
    const heard = history.findLast(({ role }) => role === 'assistant')?.text;
    const entry = this.#entries.findLast(({ who, interrupted }) => who === 'agent' && interrupted);
    if (heard === undefined || entry === undefined) return false;
    const whole = entry.text + entry.pending;
    if (!whole.startsWith(heard) || heard === entry.text) return false;
    entry.text = heard;
    entry.pending = whole.slice(heard.length);
    return true;
  }

  /** Final pieces add up; what is not final replaces what was not. */
  #understood(text: string, final: boolean): boolean {
    const entry = this.#callers();
    if (final) entry.text = [entry.text, text].filter(Boolean).join(' ').replaceAll(/\s+/g, ' ');
    entry.pending = final ? '' : text;
    return true;
  }

  /** What the agent answers: the words as they are in the conversation, typed ones as well. */
  #asked(text: string): boolean {
    const entry = this.#callers();
    entry.text = text;
    entry.pending = '';
    entry.done = true;
    return true;
  }

  #agentBegan(): boolean {
    const last = this.#entries.at(-1);
    if (last?.who === 'agent' && !last.done) return false;
    const caller = this.#entries.findLast(({ who }) => who === 'caller');
    if (caller !== undefined) caller.done = true;
    this.#segments = new Map();
    this.#add('agent');
    return true;
  }

  #agentSays(data: unknown): boolean {
    const entry = this.lastOfAgent;
    const [id, progress] = [fieldOf(data, 'segment_id'), fieldOf(data, 'spoken_progress')];
    if (entry === undefined || typeof id !== 'number' || entry.interrupted) return false;
    const spoken = String(fieldOf(progress, 'accumulated_text') ?? '');
    const rest = String(fieldOf(progress, 'remaining_text') ?? '');
    this.#segments.set(id, { spoken, rest });
    const parts = [...this.#segments.values()];
    // A part may begin to sound before the one before it is said to be complete.
    const sounding = parts.findLastIndex((part) => part.spoken !== '');
    const heard = parts.map((part, at) => (at < sounding ? part.spoken + part.rest : part.spoken));
    entry.text = spaced(heard);
    entry.pending = spaced(parts.map((part, at) => (at < sounding ? '' : part.rest)));
    return true;
  }

  #agentEnded(): boolean {
    const entry = this.lastOfAgent;
    if (entry === undefined) return false;
    entry.done = true;
    return true;
  }

  #interrupted(): boolean {
    const entry = this.lastOfAgent;
    if (entry === undefined || entry.pending === '') return false;
    entry.interrupted = true;
    return true;
  }

  #timed(data: unknown): boolean {
    const entry = this.lastOfAgent;
    if (fieldOf(data, 'type') !== 'turn-timing' || entry === undefined) return false;
    entry.steps = fieldOf(data, 'ms') as Steps;
    return true;
  }

  /** The caller's entry that is being said; a new one after the agent has begun to answer it. */
  #callers(): Entry {
    const last = this.#entries.findLast(({ who }) => who === 'caller');
    const answered = last?.done === true && this.#entries.at(-1) !== last;
    return last === undefined || (last.done && (answered || last.pending === ''))
      ? this.#add('caller')
      : last;
  }

  #add(who: Entry['who']): Entry {
    const entry: Entry = { id: this.#newId(), who, text: '', pending: '', done: false, interrupted: false };
    this.#entries.push(entry);
    if (this.#entries.length > ENTRIES_MAX) this.#entries.shift();
    return entry;
  }

  #newId(): number {
    this.#count += 1;
    return this.#count;
  }
}

const isSame = ({ text, pending }: Entry, heard: string): boolean =>
  text === heard || (text + pending).startsWith(heard) || heard.startsWith(text.trim());

/** Segments carry their own blanks or none. */
const spaced = (parts: readonly string[]): string =>
  parts
    .filter((part) => part !== '')
    .reduce(
      (whole, part) =>
        whole === '' || /\s$/.test(whole) || /^\s/.test(part) ? whole + part : `${whole} ${part}`,
      '',
    );
