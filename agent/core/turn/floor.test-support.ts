// The turn processor alone on a stage: what voice activity, recogniser and playout tell it, in the order
// and at the times of the story, and what it decides.
import type { AgentFact } from '../fact.ts';
import type { Frame } from '../frame.ts';
import { Row } from '../row.test-support.ts';
import { DEFAULT_CORE_SETTINGS, type TurnSettings } from '../setting.ts';
import { type Micros, ms } from '../time.ts';
import type { TimerName } from '../timer.ts';
import { TurnProcessor } from './turn.ts';

export class Floor {
  readonly row: Row<TurnProcessor>;
  /** What the agent has been saying. */
  saying = '';

  constructor(settings: TurnSettings = DEFAULT_CORE_SETTINGS.turn) {
    this.row = new Row((outlet) => new TurnProcessor(settings, outlet, () => this.saying));
  }

  push(atMs: number, frame: Frame, direction?: 'upstream'): void {
    this.row.push(ms(atMs), frame, direction);
  }

  starts(atMs: number, levelDb?: number): void {
    const level = levelDb === undefined ? {} : { levelDb };
    this.push(atMs, { kind: 'VadUserStartedSpeaking', atUs: ms(atMs), ...level });
  }

  louder(atMs: number, levelDb: number): void {
    this.push(atMs, { kind: 'VadUserLouder', levelDb });
  }

  stops(atMs: number, lastMs = atMs, levelDb?: number): void {
    const level = levelDb === undefined ? {} : { levelDb };
    const times = { atUs: ms(lastMs), decidedUs: ms(atMs) };
    this.push(atMs, { kind: 'VadUserStoppedSpeaking', ...times, ...level });
  }

  guesses(atMs: number, text: string): void {
    this.push(atMs, { kind: 'InterimTranscription', text });
  }

  hears(atMs: number, text: string): void {
    this.push(atMs, { kind: 'Transcription', text });
  }

  finalized(atMs: number): void {
    this.push(atMs, { kind: 'SttFinalized' });
  }

  /** The final transcript and the end of it. */
  settles(atMs: number, text: string): void {
    this.hears(atMs, text);
    this.finalized(atMs);
  }

  botStarts(atMs: number, reply: number): void {
    this.push(atMs, { kind: 'BotStartedSpeaking', reply }, 'upstream');
  }

  botStops(atMs: number, reply: number): void {
    this.push(atMs, { kind: 'BotStoppedSpeaking', reply }, 'upstream');
  }

  types(atMs: number, content: string, { run = true, speak = true } = {}): void {
    this.row.subject.typed(ms(atMs), { content, run, speak });
    this.row.drain();
  }

  /** A reply that sounds: asked for in writing at 0, heard from 100 ms on. */
  replies(saying = ''): this {
    this.types(0, 'hello');
    this.botStarts(100, 1);
    this.saying = saying;
    return this;
  }

  /** Fires what is due up to `untilMs`, each at its time. */
  run(untilMs: number): void {
    for (
      let at = this.row.timers.next();
      at !== undefined && at <= ms(untilMs);
      at = this.row.timers.next()
    ) {
      this.fire(at, this.row.timers.take(at));
    }
    this.row.drain();
  }

  fire(at: Micros, name: TimerName | undefined): void {
    if (name === 'endpoint') this.row.subject.endpointReached(at);
    if (name === 'transcript') this.row.subject.transcriptOverdue(at);
    if (name === 'overlap') this.row.subject.overlapLasted(at);
    if (name === 'wordless') this.row.subject.wordsCeased(at);
  }

  get stopped() {
    return this.row.after.of('UserStoppedSpeaking');
  }

  get interruptions() {
    return this.row.after.of('Interruption');
  }

  /** Frames of its own making, in order. */
  get decisions(): readonly string[] {
    return this.row.after.kinds().filter((kind) => OWN.has(kind));
  }

  all<What extends AgentFact['what']>(what: What) {
    type Found = Extract<AgentFact, { what: What }>;
    return this.row.facts().filter((fact): fact is Found => fact.what === what);
  }
}

const OWN: ReadonlySet<string> = new Set([
  'UserStartedSpeaking',
  'UserStoppedSpeaking',
  'Speculate',
  'Discard',
  'Duck',
  'Resume',
  'Interruption',
]);
