// Defects of speed at the vendors and on the network: every answer a little late, a share of them very late,
// or the same work over a longer wire.
import { ms } from '#agent/core/time.ts';
import type { Direction, Impairment } from '#sim/network/impairment.ts';
import { parseNetwork } from '#sim/network/parse.ts';
import type { Profile } from '#sim/providers/profile.ts';
import { Quantile } from '#sim/providers/quantile.ts';
import type { StageName } from '#sim/providers/stage.ts';
import type { SimOptions } from '#sim/world.ts';
import type { Mutant } from './mutant.ts';
import { between } from './mutant.ts';

type Change = (value: number, probability: number) => number;

/** A distribution with every draw changed, and not only its knots. */
class Changed extends Quantile {
  readonly #change: Change;

  constructor(profile: Profile, stage: StageName, change: Change) {
    super(profile.stages[stage].knots);
    this.#change = change;
  }

  override sample(u: number): number {
    return this.#change(super.sample(u), u);
  }
}

const drawing = (name: string, about: string, stage: StageName, change: Change): Mutant => ({
  name,
  about,
  defect: (options) => {
    const { profile } = options;
    const quantiles = { ...profile.quantiles, [stage]: new Changed(profile, stage, change) };
    return { ...options, profile: { ...profile, quantiles } };
  },
});

const plus =
  (addedMs: number): Change =>
  (value) =>
    value + addedMs;

/** Both ways are changed by themselves, so that one can be slower than the other. */
const network = (name: string, about: string, way: 'up' | 'down', addedMs: number): Mutant => ({
  name,
  about,
  defect: (options: SimOptions) => ({ ...options, network: delayed(options.network, way, addedMs) }),
});

const delayed = (impairment: Impairment, way: 'up' | 'down', addedMs: number): Impairment => {
  const direction: Direction = impairment[way];
  return { ...impairment, [way]: { ...direction, delayMs: direction.delayMs + addedMs } };
};

/** What `npm` and a vendor's new region have in common: nobody looks at a few milliseconds. */
const farVendors = (text: string): Impairment => {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.impairment;
};

const late = (name: string, about: string, kinds: readonly string[], lateMs: number): Mutant =>
  between(name, about, () => ({
    effect: (what) => [{ what, afterUs: kinds.includes(what.kind) ? ms(lateMs) : 0 }],
  }));

export const SLOW: readonly Mutant[] = [
  drawing('stt-5ms', 'every final transcript 5 ms later', 'stt.final', plus(5)),
  drawing('llm-5ms', 'every first token 5 ms later', 'llm.first_token', plus(5)),
  drawing('tts-5ms', 'every first audio 5 ms later', 'tts.first_audio', plus(5)),
  network('uplink-5ms', 'the way to the agent 5 ms longer', 'up', 5),
  network('downlink-5ms', 'the way to the caller 5 ms longer', 'down', 5),
  drawing('llm-3-percent', 'every first token 3 % later', 'llm.first_token', (value) => value * 1.03),
  drawing('llm-tail', 'every tenth first token 120 ms later', 'llm.first_token', (value, u) =>
    u > 0.9 ? value + 120 : value,
  ),
  drawing('llm-rate', 'tokens a fifth slower', 'llm.tokens_per_s', (value) => value * 0.8),
  drawing('tts-rate', 'a voice that is made more slowly than it is spoken', 'tts.speed', () => 0.9),
  late('request-late', 'the model is asked 10 ms late', ['llm'], 10),
  late('finalize-late', 'the recogniser is asked 10 ms late', ['stt'], 10),
  late('jitter-buffer', 'sound waits 20 ms more before it plays', ['client.send', 'client.media'], 20),
  {
    name: 'far-vendors',
    about: 'vendors 2 ms further away each way',
    defect: (options) => ({ ...options, vendorNetwork: farVendors('delay=2ms') }),
  },
  {
    name: 'fixed-lead',
    about: 'on a WebSocket, 300 ms of audio always ahead',
    defect: (options) =>
      options.transport === 'websocket'
        ? { ...options, tuning: { ...options.tuning, leadMs: 300 } }
        : options,
  },
];
