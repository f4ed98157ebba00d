// Who plays in a simulated call besides the agent: the emulators of the chosen vendors and what the
// caller's ear can know. The same cast in virtual time and on loopback ports.

import { assert } from '#agent/core/assert.ts';
import type { CoreSettings } from '#agent/core/setting.ts';
import { DEFAULT_VENDORS } from '#agent/providers/registry.ts';
import { PLAYER_RATE } from './caller/caller.ts';
import { type CallerScript, spokenText } from './caller/script.ts';
import type { VendorStage } from './kernel/fact.ts';
import type { Brain } from './providers/brain.ts';
import type { CastChoice, VendorChoice } from './providers/cast-choice.ts';
import { EarIndex } from './providers/ear-index.ts';
import type { EmulatorParts } from './providers/emulation.ts';
import { type Profile, profileFor } from './providers/profile.ts';
import { emulationOf } from './providers/registry.ts';
import type { Vendor, VendorWorld } from './providers/vendor.ts';
import type { ToolScript } from './toolbox.ts';

/** `profile` says as well who takes the stages. */
export type CastOptions = EmulatorParts;

export type Cast = { readonly stt: Vendor; readonly llm: Vendor; readonly tts: Vendor };

export function castVendors(options: CastOptions): Cast {
  const profile = withFaultsOf(options.profile, 'primary');
  return vendorsOf({ ...options, profile }, options.profile.cast.first);
}

/** Those in reserve, whose draws and faults are their own. */
export function castSeconds(options: CastOptions): Cast {
  const { clock, chance, turn, note } = options.world;
  const world: VendorWorld = {
    clock,
    chance: { uniform: (act, stage, key) => chance.uniform(act, `second/${stage}`, key) },
    turn: () => turn(),
    note: (fact) => note({ ...fact, lane: 1 }),
  };
  const profile = withFaultsOf(options.profile, 'second');
  return vendorsOf({ ...options, world, profile }, options.profile.cast.second);
}

function vendorsOf(options: CastOptions, choice: CastChoice['first']): Cast {
  const vendor = (stage: VendorStage) => vendorOf(options, stage, choice[stage]);
  return { stt: vendor('stt'), llm: vendor('llm'), tts: vendor('tts') };
}

function vendorOf(options: CastOptions, stage: VendorStage, choice: VendorChoice): Vendor {
  const make = emulationOf(stage, choice.vendor)?.[stage];
  assert(make !== undefined, `no emulator of ${choice.vendor} for ${stage}`);
  const profile = profileFor(options.profile, stage, choice);
  return make({ ...options, world: signed(options.world, stage, choice.vendor), profile });
}

/** Facts carry the vendor's name, but for those of the requirements. */
function signed(world: VendorWorld, stage: VendorStage, vendor: string): VendorWorld {
  if (vendor === DEFAULT_VENDORS[stage]) return world;
  const { clock, chance } = world;
  return { clock, chance, turn: () => world.turn(), note: (fact) => world.note({ ...fact, vendor }) };
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
