// Where lanes are collected while a trace is read: every lane has its place and title here, spans are
// opened and closed by the facts that state their ends, and what never ended is closed with the call.
import type { Lane, Look, Mark, Process, Span } from '#reports/conversation/conversation-report.ts';

export type LaneId =
  | 'mouth'
  | 'vad'
  | 'transcript'
  | 'decision'
  | 'stt'
  | 'stt.vendor'
  | 'llm'
  | 'llm.vendor'
  | 'tool'
  | 'tts'
  | 'tts.vendor'
  | 'sent'
  | 'network'
  | 'ear'
  | 'word'
  | 'other';

type Place = Pick<Lane, 'id' | 'process' | 'title' | 'rank'>;

const place = (id: LaneId, process: Process, title: string, rank: Lane['rank'] = 'main'): Place => ({
  id,
  process,
  title,
  rank,
});

/** From the mouth to the ear. */
const PLACES: readonly Place[] = [
  place('mouth', 'caller', 'Caller speaks'),
  place('vad', 'agent', 'Speech detected'),
  place('transcript', 'agent', 'Transcript'),
  place('decision', 'agent', 'Decision'),
  place('stt', 'stt', 'Recogniser'),
  place('stt.vendor', 'stt', 'Recogniser, at its socket', 'detail'),
  place('llm', 'llm', 'Model'),
  place('llm.vendor', 'llm', 'Model, at its socket', 'detail'),
  place('tool', 'agent', 'Tools'),
  place('tts', 'tts', 'Voice'),
  place('tts.vendor', 'tts', 'Voice, at its socket', 'detail'),
  place('sent', 'agent', 'Sent'),
  place('network', 'network', 'Network'),
  place('ear', 'caller', 'Heard'),
  place('word', 'caller', 'Words heard'),
  place('other', 'agent', 'Other facts', 'detail'),
];

/** Of one lane: an hour of conversation has about as many words. */
const PER_LANE_MAX = 8_000;

export type Draft = { -readonly [Key in keyof Span]: Span[Key] };

export class Canvas {
  readonly #spans = new Map<LaneId, Draft[]>();
  readonly #marks = new Map<LaneId, Mark[]>();
  readonly #open = new Set<Draft>();
  #left = 0;

  /** Spans and marks that had no room. */
  get left(): number {
    return this.#left;
  }

  span(lane: LaneId, span: Span): Draft {
    const draft: Draft = { ...span };
    this.#add(this.#spans, lane, draft);
    return draft;
  }

  /** A span whose end is not known yet. */
  open(lane: LaneId, span: Omit<Span, 'untilUs'>): Draft {
    const draft = this.span(lane, { ...span, untilUs: span.fromUs });
    this.#open.add(draft);
    return draft;
  }

  close(draft: Draft | undefined, untilUs: number, look?: Look): void {
    if (draft === undefined || !this.#open.delete(draft)) return;
    draft.untilUs = Math.max(draft.fromUs, untilUs);
    if (look !== undefined) draft.look = look;
  }

  isOpen(draft: Draft | undefined): boolean {
    return draft !== undefined && this.#open.has(draft);
  }

  mark(lane: LaneId, atUs: number, label: string, look: Mark['look'] = 'plain', note = ''): void {
    this.#add(this.#marks, lane, { atUs, label, look, ...(note === '' ? {} : { note }) });
  }

  /** Lanes on which something happened; what never ended, ended with the call. */
  lanes(endUs: number): readonly Lane[] {
    for (const draft of [...this.#open]) this.close(draft, endUs);
    return PLACES.map((place) => ({
      ...place,
      spans: this.#spans.get(place.id as LaneId) ?? [],
      marks: this.#marks.get(place.id as LaneId) ?? [],
    })).filter(({ spans, marks }) => spans.length + marks.length > 0);
  }

  #add<T>(all: Map<LaneId, T[]>, lane: LaneId, one: T): void {
    const known = all.get(lane) ?? [];
    all.set(lane, known);
    if (known.length < PER_LANE_MAX) known.push(one);
    else this.#left += 1;
  }
}
