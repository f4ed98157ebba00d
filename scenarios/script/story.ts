// The language in which scenarios are written: a story of who says what, with what must be true
// beside it. It produces plain data (`Scenario`) and holds no behaviour of its own.

import type { AppAct } from '#sim/app.ts';
import type { Moment } from '#sim/caller/moment.ts';
import { type Act, type CallerLine, type Outage, type Part, spokenText } from '#sim/caller/script.ts';
import type { CallRule, FactRule, ReplyRule } from '#sim/providers/brain.ts';
import type { FaultSpec } from '#sim/providers/fault.ts';
import type { SimHedge } from '#sim/setting.ts';
import type { ToolScript } from '#sim/toolbox.ts';
import type { ExpectedCall, Probe, Scenario, TargetOverride } from './scenario.ts';
import { ScriptWriter } from './script-writer.ts';

/** How a fact is recognised: one group is its value. Said by the caller unless stated otherwise. */
export type Memory = RegExp | { readonly pattern: RegExp; readonly saidBy: keyof typeof SPEAKERS };

const SPEAKERS = { caller: 'user', agent: 'assistant', tool: 'tool' } as const;

export type StoryOptions = {
  readonly about: string;
  /** Recorded voice of the caller. */
  readonly voice: string;
  /** Facts the model can hold, as long as they are in what it is given. */
  readonly remembers?: Readonly<Record<string, Memory>>;
  /** What the model answers when it does not understand. */
  readonly fallback?: string;
  /** What the vendors do wrong. */
  readonly faults?: readonly FaultSpec[];
  /** Whether there are second providers, and what for. */
  readonly hedge?: SimHedge;
  /** Echo and band of the caller's device. */
  readonly line?: CallerLine;
  /** What the model may call, by name. */
  readonly tools?: Readonly<Record<string, Omit<ToolScript, 'name'>>>;
  /** Settings of the agent by environment variable. */
  readonly settings?: Readonly<Record<string, string>>;
};

export type ReplyOptions = {
  /** The reply, as heard by the caller, must hold this: a fact from `turnsAgo` acts ago. */
  readonly proves?: { readonly fact: RegExp; readonly turnsAgo: number };
  /** Said instead when the model does not have the facts for it; the scenario's fallback when absent. */
  readonly otherwise?: string;
  /** Tools that the model calls before it says this, and what it says while they are at work. */
  readonly calls?: readonly StoryCall[];
  readonly meanwhile?: string;
  /** Only under a system prompt that this matches. */
  readonly under?: RegExp;
  /** What the model must have understood; by default most words of the caller's utterance. */
  readonly hearing?: RegExp;
};

/** `input` as the model writes it, `{name}` for a fact; `means`: what must arrive, the same when absent. */
export type StoryCall = CallRule & {
  readonly means?: CallRule['input'];
  readonly ends?: ExpectedCall['outcome'];
};

export type Story = {
  readonly caller: StoryCaller;
  readonly agent: {
    /** What the model answers to what was said last. `{name}` stands for a remembered fact. */
    replies(text: string, options?: ReplyOptions): void;
  };
  /** What the app behind the agent does, when the caller begins to speak next. */
  readonly app: {
    setsPrompt(text: string): void;
    pins(text: string): void;
  };
  /** A target of this conversation, by KPI id. */
  expect(kpi: string): Expectation;
};

/** Words and pauses of an utterance, in the order in which they are said. */
export type Spoken = string | Part | readonly Part[];

/** Milliseconds after the first sound of the reply, or another moment: `into`, `afterWord`, `beforeEnd`. */
export type When = number | StoryMoment;

export type StoryCaller = {
  /** Speaks when the agent has finished. `pause(ms)` between texts is silence in the utterance. */
  says(...parts: readonly Spoken[]): void;
  /** Speaks over the agent. */
  interrupts(when: When, ...parts: readonly Spoken[]): void;
  /** Says it, and again up to `times` when no answer begins within `afterMs`. */
  insists(how: { readonly afterMs: number; readonly times: number }, ...parts: readonly Spoken[]): void;
  staysSilent(forMs: number): void;
  /** When the agent has finished, or in the middle of its reply. */
  hangsUp(when?: When): void;
  /** Begins to speak and hangs up `afterMs` after the first word began. */
  breaksOff(afterMs: number, ...parts: readonly Spoken[]): void;
  /** During the reply to what was said last: shows that it is listened to. */
  backchannels(when: When, text: string): void;
  coughs(when: When): void;
  /** Somebody in the room speaks to somebody else, so much fainter than the caller. */
  hearsSideTalk(when: When, text: string, by: { readonly voice: string; readonly levelDb: number }): void;
  hearsNoise(
    when: When,
    noise: { readonly sound: string; readonly snrDb: number; readonly forMs: number },
  ): void;
  /** From the next act on a sound goes on all the time, until `isInQuiet`. */
  isIn(sound: string, snrDb: number): void;
  isInQuiet(): void;
  /** The connection breaks while the last act is said or answered; the client comes back after `forMs`. */
  losesConnection(outage: Omit<Outage, 'act'>): void;
};

export type Expectation = {
  toBe(bound: number): void;
  toBeAtMost(bound: number, statistic?: TargetOverride['statistic']): void;
  toBeAtLeast(bound: number, statistic?: TargetOverride['statistic']): void;
};

/** Silence inside an utterance, from the end of one word to the beginning of the next. */
export const pause = (pauseMs: number): Part => ({ pauseMs });

/** A pause of somebody who has not finished. */
export const hesitates = (pauseMs: number): Part => ({ pauseMs, as: 'hesitation' });

/** What people say while they think: "um," "uh,". */
export const filler = (text: string): Part => ({ text, as: 'hesitation' });

/** Takes back what was just said: "no, I mean Thursday." */
export const correction = (text: string): Part => ({ text, as: 'correction' });

/** A number told in groups, with a pause between them. */
export const dictates = (pauseMs: number, ...groups: readonly string[]): readonly Part[] =>
  groups.flatMap((text, index): Part[] =>
    index === 0
      ? [{ text, as: 'dictation' }]
      : [
          { pauseMs, as: 'dictation' },
          { text, as: 'dictation' },
        ],
  );

/** A moment of the reply; `beforeEnd` is told what the reply is by the story. */
export type StoryMoment = Omit<Moment, 'from'> & { readonly from?: { readonly word: string } | 'end' };

/** After the first sound of the reply, up to `withinMs` later in each call. */
export const into = (afterMs: number, withinMs = 0): StoryMoment => ({ afterMs, ...within(withinMs) });

/** After a word of the reply has been heard. */
export const afterWord = (word: string, afterMs = 0, withinMs = 0): StoryMoment => ({
  afterMs,
  from: { word },
  ...within(withinMs),
});

/** So long before the reply ends, as somebody foresees it who knows what will be said. */
export const beforeEnd = (leftMs: number): StoryMoment => ({ afterMs: -leftMs, from: 'end' });

const within = (withinMs: number): { readonly withinMs?: number } => (withinMs === 0 ? {} : { withinMs });

export function conversation(name: string, options: StoryOptions, tell: (story: Story) => void): Scenario {
  const script = new ScriptWriter();
  const replies: ReplyRule[] = [];
  const probes: Probe[] = [];
  const toolCalls: ExpectedCall[] = [];
  const app: AppAct[] = [];
  const targets: TargetOverride[] = [];
  const push =
    (kind: TargetOverride['comparison'], kpi: string) =>
    (bound: number, statistic: TargetOverride['statistic'] = 'value') =>
      void targets.push({ kpi, statistic, comparison: kind, bound });
  const does = (kind: AppAct['kind']) => (text: string) =>
    void app.push({ act: script.acts.length, kind, text });
  tell({
    caller: script.caller(() => replies.at(-1)?.say ?? ''),
    agent: {
      replies: (text, reply = {}) => {
        const act = script.acts.length - 1;
        replies.push(ruleOf(text, reply, script.last));
        for (const call of reply.calls ?? []) toolCalls.push(expectedCall(act, call));
        const { proves } = reply;
        if (proves === undefined) return;
        probes.push({ act, expects: proves.fact.source, distance: proves.turnsAgo });
      },
    },
    app: { setsPrompt: does('prompt'), pins: does('pin') },
    expect: (kpi) => ({
      toBe: push('=', kpi),
      toBeAtMost: push('<=', kpi),
      toBeAtLeast: push('>=', kpi),
    }),
  });
  return {
    name,
    about: options.about,
    caller: script.written(options),
    brain: {
      facts: Object.entries(options.remembers ?? {}).map(factOf),
      replies,
      fallback: options.fallback ?? 'Sorry, I did not quite get that.',
    },
    probes,
    targets,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    ...(options.hedge === undefined ? {} : { hedge: options.hedge }),
    ...(options.tools === undefined ? {} : { tools: toolsOf(options.tools), toolCalls }),
    ...(app.length === 0 ? {} : { app }),
    ...(options.settings === undefined ? {} : { env: options.settings }),
  };
}

function factOf([id, memory]: [string, Memory]): FactRule {
  if (memory instanceof RegExp) return { id, pattern: memory.source, from: 'user' };
  return { id, pattern: memory.pattern.source, from: SPEAKERS[memory.saidBy] };
}

function ruleOf(say: string, options: ReplyOptions, act: Act | undefined): ReplyRule {
  const { otherwise, hearing, under, calls, meanwhile } = options;
  const called = calls?.map(({ tool, input }) => ({ tool, input }));
  return {
    ...(hearing === undefined ? { to: utteranceOf(act) } : { when: hearing.source }),
    ...(under === undefined ? {} : { prompt: under.source }),
    ...(called === undefined ? {} : { calls: called }),
    ...(meanwhile === undefined ? {} : { meanwhile }),
    say,
    ...(otherwise === undefined ? {} : { otherwise }),
  };
}

const expectedCall = (act: number, { tool, input, means = input, ends = 'ok' }: StoryCall): ExpectedCall => ({
  act,
  tool,
  input: means,
  outcome: ends,
});

const toolsOf = (tools: NonNullable<StoryOptions['tools']>): readonly ToolScript[] =>
  Object.entries(tools).map(([name, tool]) => ({ name, ...tool }));

function utteranceOf(act: Act | undefined): string {
  return act !== undefined && 'parts' in act ? spokenText(act.parts) : '';
}
