// Faults of the vendors drawn from a seed: which vendor, what it does wrong, and in which turns. Equal seeds
// give equal faults, so that a call that went wrong can be played again.
import { KeyedChance } from '#sim/kernel/random.ts';
import type { FaultKind, FaultSpec } from '#sim/providers/fault.ts';

/** `single`: one stage's first vendor. `any`: every vendor of every stage, the second ones included. */
export type Chaos = 'single' | 'any';

const STAGES = ['stt', 'llm', 'tts'] as const;
/** What may strike in one turn; `duplicate_final` and `trickle` are no failures, and are met as well. */
const KINDS: readonly FaultKind[] = [
  'connect_refused',
  'http_429',
  'http_5xx',
  'stall_before',
  'stall_mid',
  'cut',
  'malformed',
  'error_mid',
  'trickle',
  'duplicate_final',
];
const FAULTS_MAX = 4;
/** Turns in a row that one fault lasts. */
const TURNS_MAX = 3;

export function chaosOf(chaos: Chaos, seed: number, acts: number): readonly FaultSpec[] {
  const chance = new KeyedChance(seed, 'chaos');
  const draw = (what: string, count: number) => Math.floor(chance.uniform(0, what) * count);
  const one = STAGES[draw('vendor', STAGES.length)] ?? 'llm';
  const faults = 1 + draw('count', FAULTS_MAX);
  return Array.from({ length: faults }, (_, index): FaultSpec => {
    const named = (what: string) => `${index}.${what}`;
    const stage = STAGES[draw(named('stage'), STAGES.length)] ?? 'llm';
    const first = draw(named('turn'), acts);
    const length = 1 + draw(named('length'), TURNS_MAX);
    const turns = Array.from({ length }, (__, more) => first + more);
    const provider = (['primary', 'second', 'both'] as const)[draw(named('provider'), 3)] ?? 'primary';
    const whose = chaos === 'single' ? { vendor: one } : { vendor: stage, provider };
    return faultOf(KINDS[draw(named('kind'), KINDS.length)] ?? 'cut', { ...whose, turns });
  });
}

type Where = Pick<FaultSpec, 'vendor' | 'turns' | 'provider'>;

const faultOf = (kind: FaultKind, where: Where): FaultSpec =>
  kind === 'trickle' ? { ...where, kind, factor: 4 } : ({ ...where, kind } as FaultSpec);
