// The language in which scenarios are written: a story of who says what, with what must be true
// beside it. It produces plain data (`Scenario`) and holds no behaviour of its own.
import type { Act, Part } from '#sim/caller/script.ts';
import { spokenText } from '#sim/caller/script.ts';
import type { FactRule, ReplyRule } from '#sim/providers/brain.ts';
import type { Probe, Scenario, TargetOverride } from './scenario.ts';

/** How a fact is recognised: one group is its value. Said by the caller unless stated otherwise. */
export type Memory = RegExp | { readonly pattern: RegExp; readonly saidBy: 'caller' | 'agent' };

export type StoryOptions = {
  readonly about: string;
  /** Recorded voice of the caller. */
  readonly voice: string;
  /** Facts the model can hold, as long as they are in what it is given. */
  readonly remembers?: Readonly<Record<string, Memory>>;
  /** What the model answers when it does not understand. */
  readonly fallback?: string;
};

export type ReplyOptions = {
  /** The reply, as heard by the caller, must hold this: a fact from `turnsAgo` acts ago. */
  readonly proves?: { readonly fact: RegExp; readonly turnsAgo: number };
  /** Said instead when the model does not have the facts for it; the scenario's fallback when absent. */
  readonly otherwise?: string;
  /** What the model must have understood; by default most words of the caller's utterance. */
  readonly hearing?: RegExp;
};

export type Story = {
  readonly caller: {
    /** Speaks when the agent has finished. `pause(ms)` between texts is a hesitation. */
    says(...parts: readonly (string | Part)[]): void;
    /** Speaks over the agent, `afterMs` after its reply became audible. */
    interrupts(afterMs: number, ...parts: readonly (string | Part)[]): void;
    staysSilent(forMs: number): void;
    hangsUp(): void;
  };
  readonly agent: {
    /** What the model answers to what was said last. `{name}` stands for a remembered fact. */
    replies(text: string, options?: ReplyOptions): void;
  };
  /** A target of this conversation, by KPI id. */
  expect(kpi: string): Expectation;
};

export type Expectation = {
  toBe(bound: number): void;
  toBeAtMost(bound: number, statistic?: TargetOverride['statistic']): void;
  toBeAtLeast(bound: number, statistic?: TargetOverride['statistic']): void;
};

/** Silence inside an utterance, from the end of one word to the beginning of the next. */
export const pause = (pauseMs: number): Part => ({ pauseMs });

export function conversation(name: string, options: StoryOptions, tell: (story: Story) => void): Scenario {
  const acts: Act[] = [];
  const replies: ReplyRule[] = [];
  const probes: Probe[] = [];
  const targets: TargetOverride[] = [];
  const push =
    (kind: TargetOverride['comparison'], kpi: string) =>
    (bound: number, statistic: TargetOverride['statistic'] = 'value') =>
      void targets.push({ kpi, statistic, comparison: kind, bound });
  tell({
    caller: {
      says: (...parts) => void acts.push({ kind: 'say', parts: parts.map(partOf) }),
      interrupts: (afterMs, ...parts) =>
        void acts.push({ kind: 'interrupt', afterMs, parts: parts.map(partOf) }),
      staysSilent: (forMs) => void acts.push({ kind: 'wait', forMs }),
      hangsUp: () => void acts.push({ kind: 'hang_up' }),
    },
    agent: {
      replies: (text, { proves, otherwise, hearing } = {}) => {
        const asked = hearing === undefined ? { to: utteranceOf(acts.at(-1)) } : { when: hearing.source };
        replies.push({ ...asked, say: text, ...(otherwise === undefined ? {} : { otherwise }) });
        if (proves === undefined) return;
        probes.push({ act: acts.length - 1, expects: proves.fact.source, distance: proves.turnsAgo });
      },
    },
    expect: (kpi) => ({
      toBe: push('=', kpi),
      toBeAtMost: push('<=', kpi),
      toBeAtLeast: push('>=', kpi),
    }),
  });
  return {
    name,
    about: options.about,
    caller: { voice: options.voice, acts },
    brain: {
      facts: Object.entries(options.remembers ?? {}).map(factOf),
      replies,
      fallback: options.fallback ?? 'Sorry, I did not quite get that.',
    },
    probes,
    targets,
  };
}

const partOf = (part: string | Part): Part => (typeof part === 'string' ? { text: part } : part);

function factOf([id, memory]: [string, Memory]): FactRule {
  if (memory instanceof RegExp) return { id, pattern: memory.source, from: 'user' };
  return { id, pattern: memory.pattern.source, from: memory.saidBy === 'agent' ? 'assistant' : 'user' };
}

function utteranceOf(act: Act | undefined): string {
  return act !== undefined && 'parts' in act ? spokenText(act.parts) : '';
}
