// What an emulated vendor brings to the registry of the simulated world: its name, an emulator for each
// stage it can take, and how fast its models are, as published. Latencies that nobody has published are
// in it as well, marked `inferred`: a stage without any figure cannot be played.
import type { VendorStage } from '#sim/kernel/fact.ts';
import type { Brain } from './brain.ts';
import type { Recogniser } from './ear.ts';
import type { Profile } from './profile.ts';
import type { StageEntry, StageName } from './stage.ts';
import type { Vendor, VendorWorld } from './vendor.ts';

export type EmulatorParts = {
  readonly world: VendorWorld;
  /** Latencies of the vendor's chosen model. */
  readonly profile: Profile;
  readonly brain: Brain;
  /** What an emulated recogniser knows of the callers. */
  readonly table: Recogniser;
  readonly countTokens: (text: string) => number;
  readonly interning: boolean;
};

export type ModelLatency = {
  /** Models whose names begin so. */
  readonly model: string;
  /** All stages of what the model is for, and no others. */
  readonly stages: Readonly<Partial<Record<StageName, StageEntry>>>;
};

export type Emulation = {
  /** As in the agent's registry. */
  readonly name: string;
  /** A model that is not listed is as fast as the first one of its stage. */
  readonly latencies: readonly ModelLatency[];
} & { readonly [S in VendorStage]?: (parts: EmulatorParts) => Vendor };

/** The latencies of `model` in `stage`; undefined when the vendor has none of its own. */
export function latencyOf(
  { latencies }: Emulation,
  stage: VendorStage,
  model: string,
): ModelLatency['stages'] | undefined {
  const own = latencies.filter(({ stages }) => Object.keys(stages).some((name) => name.startsWith(stage)));
  const longestFirst = own.toSorted((a, b) => b.model.length - a.model.length);
  return (longestFirst.find((one) => model.startsWith(one.model)) ?? own[0])?.stages;
}
