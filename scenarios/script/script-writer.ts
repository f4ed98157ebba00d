// Writes down what a story says of its caller, act by act: the data that the simulated caller plays. What
// happens during a reply belongs to the act that is answered; a story that lets something happen
// before anybody has spoken is a mistake, and told so.
import { assert } from '#agent/core/assert.ts';
import type { Moment } from '#sim/caller/moment.ts';
import type {
  Act,
  CallerLine,
  CallerScript,
  Happening,
  Outage,
  Part,
  Surrounding,
} from '#sim/caller/script.ts';
import type { Spoken, StoryCaller, When } from './story.ts';

type Draft<H> = H extends Happening ? Omit<H, 'at'> : never;

export class ScriptWriter {
  readonly acts: Act[] = [];
  readonly #surroundings: Surrounding[] = [];
  readonly #outages: Outage[] = [];

  get last(): Act | undefined {
    return this.acts.at(-1);
  }

  /** What a story can say; `reply` is what the agent was last told to answer. */
  caller(reply: () => string): StoryCaller {
    const acts = this.acts;
    const at = (when: When): Moment => momentOf(when, reply());
    const happens = (when: When, happening: Draft<Happening>) =>
      this.#happens({ at: at(when), ...happening } as Happening);
    return {
      says: (...parts) => void acts.push({ kind: 'say', parts: partsOf(parts) }),
      interrupts: (when, ...parts) =>
        void acts.push({ kind: 'interrupt', ...at(when), parts: partsOf(parts) }),
      insists: (insists, ...parts) => void acts.push({ kind: 'say', parts: partsOf(parts), insists }),
      staysSilent: (forMs) => void acts.push({ kind: 'wait', forMs }),
      hangsUp: (when) => void acts.push({ kind: 'hang_up', ...(when === undefined ? {} : { at: at(when) }) }),
      breaksOff: (afterMs, ...parts) => void acts.push({ kind: 'break_off', parts: partsOf(parts), afterMs }),
      backchannels: (when, text) => happens(when, { kind: 'backchannel', text }),
      coughs: (when) => happens(when, { kind: 'cough' }),
      hearsSideTalk: (when, text, by) => happens(when, { kind: 'side_talk', text, ...by }),
      hearsNoise: (when, noise) => happens(when, { kind: 'noise', ...noise }),
      isIn: (sound, snrDb) => void this.#surroundings.push({ sound, snrDb, fromAct: acts.length }),
      isInQuiet: () => this.#quieten(),
      losesConnection: (outage) => void this.#outages.push({ act: acts.length - 1, ...outage }),
    };
  }

  /** The whole script. */
  written({ voice, line }: { readonly voice: string; readonly line?: CallerLine }): CallerScript {
    return {
      voice,
      acts: this.acts,
      ...(this.#surroundings.length === 0 ? {} : { surroundings: this.#surroundings }),
      ...(line === undefined ? {} : { line }),
      ...(this.#outages.length === 0 ? {} : { outages: this.#outages }),
    };
  }

  #happens(happening: Happening): void {
    const { last } = this;
    assert(
      last?.kind === 'say' || last?.kind === 'interrupt',
      'things happen during the reply to an utterance',
    );
    this.acts[this.acts.length - 1] = { ...last, meanwhile: [...(last.meanwhile ?? []), happening] };
  }

  #quieten(): void {
    const untilAct = this.acts.length;
    for (const [index, surrounding] of this.#surroundings.entries()) {
      if (surrounding.untilAct === undefined) this.#surroundings[index] = { ...surrounding, untilAct };
    }
  }
}

function momentOf(when: When, reply: string): Moment {
  if (typeof when === 'number') return { afterMs: when };
  const { from, ...moment } = when;
  if (from === undefined) return moment;
  return { ...moment, from: from === 'end' ? { endOf: reply } : from };
}

const partsOf = (parts: readonly Spoken[]): readonly Part[] =>
  parts.flatMap((part) => (typeof part === 'string' ? [{ text: part }] : part));
