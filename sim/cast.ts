// Who plays in a simulated call besides the agent: the three vendors' emulators and what the
// caller's ear can know. The same cast in virtual time and on loopback ports.

import type { CoreSettings } from '#agent/core/setting.ts';
import { PLAYER_RATE } from './caller/caller.ts';
import { type CallerScript, spokenText } from './caller/script.ts';
import type { Brain } from './providers/brain.ts';
import { CartesiaEmulator } from './providers/cartesia/emulator.ts';
import { CerebrasEmulator } from './providers/cerebras/emulator.ts';
import type { Recogniser } from './providers/ear.ts';
import { EarIndex } from './providers/ear-index.ts';
import { ElevenLabsEmulator } from './providers/elevenlabs/emulator.ts';
import type { Profile } from './providers/profile.ts';
import type { Vendor, VendorWorld } from './providers/vendor.ts';
import type { ToolScript } from './toolbox.ts';

export type CastOptions = {
  readonly world: VendorWorld;
  readonly profile: Profile;
  readonly brain: Brain;
  /** What the emulated recogniser knows of the callers. */
  readonly table: Recogniser;
  readonly countTokens: (text: string) => number;
  readonly interning: boolean;
};

export type Cast = { readonly stt: Vendor; readonly llm: Vendor; readonly tts: Vendor };

export function castVendors(options: CastOptions): Cast {
  return vendorsOf({ ...options, profile: withFaultsOf(options.profile, 'primary') });
}

/** Second vendors of the same protocols, as fast as the first, whose draws and faults are their own. */
export function castSeconds(options: CastOptions): Cast {
  const { clock, chance, turn, note } = options.world;
  const world: VendorWorld = {
    clock,
    chance: { uniform: (act, stage, key) => chance.uniform(act, `second/${stage}`, key) },
    turn: () => turn(),
    note: (fact) => note({ ...fact, lane: 1 }),
  };
  return vendorsOf({ ...options, world, profile: withFaultsOf(options.profile, 'second') });
}

function vendorsOf({ world, profile, brain, table, countTokens, interning }: CastOptions): Cast {
  return {
    stt: new CartesiaEmulator({ world, profile, recogniser: table, interning }),
    llm: new CerebrasEmulator({ world, profile, brain, countTokens }),
    tts: new ElevenLabsEmulator({ world, profile, interning }),
  };
}

const withFaultsOf = (profile: Profile, whose: 'primary' | 'second'): Profile => ({
  ...profile,
  faults: profile.faults.filter(({ provider = 'primary' }) => provider === whose || provider === 'both'),
});

/**
 * An ear that knows every word that can be said to it: the model's replies, the caller's and the tools' words
 * (which fill their slots) and what the agent says of its own accord.
 */
export function earFor(
  brain: Brain,
  script: CallerScript,
  apology: string,
  interning: boolean,
  tools: readonly ToolScript[] = [],
): EarIndex {
  const known = interning ? EARS.get(brain) : undefined;
  if (known?.script === script && known.apology === apology) return known.ear;
  const ear = learn(brain, script, apology, tools);
  EARS.set(brain, { script, apology, ear });
  return ear;
}

/** What the agent says of its own accord. */
export const ownLines = ({ reply, presence }: CoreSettings): string =>
  [reply.apology, presence.nudge.line, presence.farewell].join(' ');

/** Learning the sound of every word costs more than a whole call: done once per scenario. */
const EARS = new WeakMap<
  Brain,
  { readonly script: CallerScript; readonly apology: string; readonly ear: EarIndex }
>();

function learn(brain: Brain, script: CallerScript, apology: string, tools: readonly ToolScript[]): EarIndex {
  const texts = [apology, brain.fallback, 'something'];
  for (const { say, otherwise = '', meanwhile = '' } of brain.replies) {
    texts.push(...[say, otherwise, meanwhile].map((text) => text.replaceAll(/[{}]/g, ' ')));
  }
  // What a tool gives fills slots as well, without its punctuation.
  for (const { returns = '', throws = '' } of tools) {
    texts.push(...[returns, throws].map((text) => text.replaceAll(/[^\p{L}\p{N}' ]/gu, ' ')));
  }
  for (const act of script.acts) if ('parts' in act) texts.push(spokenText(act.parts));
  return new EarIndex(PLAYER_RATE, texts);
}
