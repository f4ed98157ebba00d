// The ear that knows recordings by their content. It names every 4 ms of audio that arrives, and so
// knows of each word how much of it came through: 70 % and the word is heard, 30 % and it is taken for
// another, less and it is lost. Among other sounds a word may be misheard or lost although all of it came.
// Audio it cannot name, whatever it contains, is not heard.
import { CompanyMeter } from './company-meter.ts';
import type {
  Fate,
  HeardClip,
  HeardWord,
  Mishearing,
  QuantumName,
  Recogniser,
  Segment,
  TimedEar,
} from './ear.ts';
import { QUANTUM_SECONDS } from './ear.ts';
import { QuantumReader } from './quantum-reader.ts';

const HEARD_SHARE = 0.7;
const MISHEARD_SHARE = 0.3;
/** A step back of this many quanta (200 ms) is the recording again; less is concealment or a repeat. */
const RESTART_QUANTA = 50;
const QUANTUM_MS = QUANTUM_SECONDS * 1_000;

export class RecordedEar implements TimedEar {
  readonly #reader: QuantumReader;
  readonly #mishearing: Mishearing;
  #playing: Playing | undefined;
  /** Index in the stream after the last sound of a word: audio may be left out or put in between. */
  #spokenUntil = 0;
  readonly #words: HeardWord[] = [];
  #lost = 0;
  #misheard = 0;
  #settledS = 0;

  constructor(recogniser: Recogniser, mishearing: Mishearing) {
    this.#reader = new QuantumReader(recogniser, (name, streamIndex) => this.#take(name, streamIndex));
    this.#mishearing = mishearing;
  }

  push(pcm: Uint8Array): void {
    this.#reader.push(pcm);
  }

  seconds(): number {
    return this.#reader.seconds();
  }

  speechUntilS(): number {
    return this.#spokenUntil * QUANTUM_SECONDS;
  }

  soFar(): readonly string[] {
    const settled = this.#words.map((word) => word.text);
    const playing = this.#playing;
    if (playing === undefined) return settled;
    const passed = playing.words.slice(playing.judged).filter((word) => word.end <= playing.at + 1);
    const heard = passed.filter(
      (word) => playing.share(word) >= HEARD_SHARE && this.#fate(playing, word) !== 'lost',
    );
    return [...settled, ...heard.map((word) => word.text)];
  }

  settle(): Segment {
    if (this.#playing !== undefined) {
      this.#judge(this.#playing, this.#playing.at);
      this.#playing.marks.fill(0);
    }
    const until = this.seconds();
    const segment = {
      words: this.#words.splice(0),
      lost: this.#lost,
      misheard: this.#misheard,
      durationS: until - this.#settledS,
    };
    [this.#lost, this.#misheard, this.#settledS] = [0, 0, until];
    return segment;
  }

  #take({ clip, quantum, among }: QuantumName, streamIndex: number): void {
    // A clip without words is the recording's own silence.
    if (clip.words.length === 0) return;
    let playing = this.#playing;
    if (playing === undefined || playing.clip.id !== clip.id || playing.restartsAt(quantum)) {
      // What of the previous recording did not come by now will not come any more.
      if (playing !== undefined) this.#judge(playing, Number.POSITIVE_INFINITY);
      playing = new Playing(clip, streamIndex - quantum);
      this.#playing = playing;
    }
    if (quantum > playing.at) playing.at = quantum;
    playing.marks[quantum] = 1;
    if (playing.sounds(quantum)) this.#spokenUntil = streamIndex + 1;
    if (among !== undefined) playing.company.add(quantum, among);
  }

  /** Judges every word that has begun by quantum `at`. A word under way may be left for later. */
  #judge(playing: Playing, at: number): void {
    for (let word = playing.words[playing.judged]; word !== undefined; word = playing.words[playing.judged]) {
      if (word.start > at) return;
      const share = playing.share(word);
      const underWay = at < word.end - 1;
      if (underWay && share < MISHEARD_SHARE) return;
      const place = `${playing.clip.id}#${playing.judged}`;
      const fate = share < MISHEARD_SHARE ? 'lost' : this.#fate(playing, word);
      playing.judged += 1;
      if (fate === 'lost') {
        // A word to somebody else that was too faint to be understood is no loss.
        if (playing.company.lossDb === 0) this.#lost += 1;
        continue;
      }
      const wrong = share < HEARD_SHARE || fate === 'misheard' || this.#mishearing.slips(place);
      if (wrong) this.#misheard += 1;
      const text = wrong ? this.#mishearing.substitute(word.text, place) : word.text;
      const startS = (playing.offset + word.start) * QUANTUM_SECONDS;
      this.#words.push({ text, startS, endS: (playing.offset + word.end) * QUANTUM_SECONDS });
    }
  }

  /** What other sounds leave of a word: drawn when it is first asked for. */
  #fate(playing: Playing, word: ClipSpan): Fate {
    const { company, clip } = playing;
    const known = playing.fates.get(word);
    if (known !== undefined || company.silent) return known ?? 'heard';
    const place = `${clip.id}#${playing.words.indexOf(word)}`;
    const fate = this.#mishearing.amid(place, { snrDb: company.snrDb(word), lossDb: company.lossDb });
    playing.fates.set(word, fate);
    return fate;
  }
}

/** `start` and `end` (exclusive) in quanta of the clip. */
type ClipSpan = { readonly text: string; readonly start: number; readonly end: number };

/** One playing of a recording: which of its quanta arrived, and which words are judged. */
class Playing {
  readonly clip: HeardClip;
  /** Index in the stream of the clip's quantum 0. */
  readonly offset: number;
  readonly words: readonly ClipSpan[];
  readonly marks: Uint8Array;
  readonly company: CompanyMeter;
  readonly fates = new Map<ClipSpan, Fate>();
  at = -1;
  judged = 0;
  /** The first word that does not lie wholly behind. */
  #near = 0;

  constructor(clip: HeardClip, offset: number) {
    this.clip = clip;
    this.offset = offset;
    const written = clip.text.split(/\s+/).filter(Boolean);
    // Where the written text has the same words, its punctuation is the transcript's.
    const texts = written.length === clip.words.length ? written : clip.words.map((word) => word.text);
    this.words = clip.words.map((word, index) => ({
      text: texts[index] ?? word.text,
      start: Math.floor(word.startMs / QUANTUM_MS),
      end: Math.max(Math.floor(word.startMs / QUANTUM_MS) + 1, Math.ceil(word.endMs / QUANTUM_MS)),
    }));
    this.marks = new Uint8Array((this.words.at(-1)?.end ?? 0) + 1);
    this.company = new CompanyMeter(this.marks.length);
  }

  share(word: ClipSpan): number {
    let arrived = 0;
    for (let quantum = word.start; quantum < word.end; quantum += 1) arrived += this.marks[quantum] ?? 0;
    return arrived / (word.end - word.start);
  }

  /** Whether a word sounds at `quantum`. */
  sounds(quantum: number): boolean {
    let word = this.words[this.#near];
    while (word !== undefined && word.end <= quantum) {
      this.#near += 1;
      word = this.words[this.#near];
    }
    return word !== undefined && word.start <= quantum;
  }

  restartsAt(quantum: number): boolean {
    if (quantum + RESTART_QUANTA < this.at) return true;
    return quantum < 8 && this.at >= (this.words.at(-1)?.end ?? 0);
  }
}
