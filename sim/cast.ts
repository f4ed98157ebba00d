// Who plays in a simulated call besides the agent: the three vendors' emulators and what the
// caller's ear can know. The same cast in virtual time and on loopback ports.

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

export function castVendors({ world, profile, brain, table, countTokens, interning }: CastOptions): Cast {
  return {
    stt: new CartesiaEmulator({ world, profile, recogniser: table, interning }),
    llm: new CerebrasEmulator({ world, profile, brain, countTokens }),
    tts: new ElevenLabsEmulator({ world, profile, interning }),
  };
}

/**
 * An ear that knows every word that can be said to it: the model's replies, the caller's own words
 * (which fill their slots) and the agent's apology.
 */
export function earFor(brain: Brain, script: CallerScript, apology: string, interning: boolean): EarIndex {
  const known = interning ? EARS.get(brain) : undefined;
  if (known?.script === script && known.apology === apology) return known.ear;
  const ear = learn(brain, script, apology);
  EARS.set(brain, { script, apology, ear });
  return ear;
}

/** Learning the sound of every word costs more than a whole call: done once per scenario. */
const EARS = new WeakMap<
  Brain,
  { readonly script: CallerScript; readonly apology: string; readonly ear: EarIndex }
>();

function learn(brain: Brain, script: CallerScript, apology: string): EarIndex {
  const texts = [apology, brain.fallback, 'something'];
  for (const reply of brain.replies) texts.push(reply.say.replaceAll(/[{}]/g, ' '), reply.otherwise ?? '');
  for (const act of script.acts) if ('parts' in act) texts.push(spokenText(act.parts));
  return new EarIndex(PLAYER_RATE, texts);
}
