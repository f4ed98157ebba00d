// The text of one reply on its way to the caller's ear, told as `bot-output`. Segments are announced
// when the bot has begun to speak and move on as words leave the pacer, so the client's transcript
// never runs ahead of the voice. A word that its segment does not hold leaves the progress unmoved.
import { LIMITS } from '../../core/limit.ts';
import type { Dialect } from './handshake.ts';
import type { BotOutput, LegacyBotOutput } from './message.ts';

type Segment = { readonly id: number; readonly text: string; spokenLength: number };

export class SpokenText {
  readonly #dialect: Dialect;
  readonly #nextId: () => number;
  readonly #tell: (output: BotOutput | LegacyBotOutput) => void;
  /** Not yet completed, in order. */
  readonly #segments: Segment[] = [];
  #speaking = false;
  #count = 0;

  constructor(dialect: Dialect, nextId: () => number, tell: (output: BotOutput | LegacyBotOutput) => void) {
    this.#dialect = dialect;
    this.#nextId = nextId;
    this.#tell = tell;
  }

  /** A part of the reply was handed to the voice. */
  add(text: string): void {
    if (text.trim() === '' || this.#count >= LIMITS.replySegmentsMax) return;
    this.#count += 1;
    const segment = { id: this.#nextId(), text, spokenLength: 0 };
    this.#segments.push(segment);
    if (this.#speaking) this.#announce(segment);
  }

  /** The bot has begun to speak: what waited is announced. */
  begin(): void {
    if (this.#speaking) return;
    this.#speaking = true;
    for (const segment of this.#segments) this.#announce(segment);
  }

  /** A word left the pacer. It may belong to a later segment: those before it are then complete. */
  word(text: string): void {
    const word = text.trim();
    const index = this.#segments.findIndex((segment) => findWord(segment, word) !== -1);
    if (word === '' || index === -1) return;
    for (const passed of this.#segments.splice(0, index)) this.#completed(passed);
    const segment = this.#segments[0];
    if (segment === undefined) return;
    segment.spokenLength = findWord(segment, word) + word.length;
    if (this.#dialect === 'legacy') this.#tellLegacy(segment, word, 'word', true);
    if (segment.text.slice(segment.spokenLength).trim() === '') {
      this.#segments.shift();
      this.#completed(segment);
    } else {
      this.#progress(segment, 'in-progress');
    }
  }

  /** The caller heard all of it: also what a voice without word timing never reported. */
  complete(): void {
    for (const segment of this.#segments.splice(0)) this.#completed(segment);
  }

  #announce(segment: Segment): void {
    this.#progress(segment, 'new');
    if (this.#dialect === 'legacy') this.#tellLegacy(segment, segment.text, 'sentence', false);
  }

  #completed(segment: Segment): void {
    if (this.#dialect === 'legacy' && segment.spokenLength === 0) {
      this.#tellLegacy(segment, segment.text, 'sentence', true);
    }
    segment.spokenLength = segment.text.length;
    this.#progress(segment, 'completed');
  }

  #progress(segment: Segment, status: BotOutput['spoken_status']): void {
    if (this.#dialect === 'legacy') return;
    this.#tell({
      text: segment.text,
      aggregated_by: 'sentence',
      segment_id: segment.id,
      will_be_spoken: true,
      spoken_status: status,
      spoken_progress: {
        accumulated_text: segment.text.slice(0, segment.spokenLength),
        remaining_text: segment.text.slice(segment.spokenLength),
      },
    });
  }

  #tellLegacy(segment: Segment, text: string, by: 'sentence' | 'word', spoken: boolean): void {
    this.#tell({ text, aggregated_by: by, segment_id: segment.id, spoken });
  }
}

/** Where `word` stands next in the segment; -1 when it is not the next word there. */
function findWord(segment: Segment, word: string): number {
  const rest = segment.text.slice(segment.spokenLength);
  const start = segment.spokenLength + rest.length - rest.trimStart().length;
  return segment.text.startsWith(word, start) ? start : -1;
}
