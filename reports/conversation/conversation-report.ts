// The conversation report as data: a scenario's result, the turns that made its figures, and some of its
// calls in full, lane by lane on one time axis. Made from traces elsewhere; the page and the trace export
// are functions of this and of nothing else. Times are microseconds of the call's own clock.
import type { ScenarioResult } from '../result.ts';

export type ConversationReport = {
  readonly schema: 'parley-conversation/1';
  readonly result: ScenarioResult;
  /** The command that plays one seed again is `before`, the seed, `after`. */
  readonly replay: { readonly before: string; readonly after: string };
  /** Of all runs, the worst first; bounded. */
  readonly worst: readonly RankedTurn[];
  /** Per KPI, the samples behind its figure: those that are the figure, and those furthest off. */
  readonly evidence: Readonly<Record<string, Evidence>>;
  /** Calls with their lanes, the one with the worst turn first; bounded. */
  readonly calls: readonly Call[];
};

/** What is the matter with a turn, in the order of how bad it is. */
export const FLAGS = ['unanswered', 'forgot', 'belief differs', 'cut in', 'misheard', 'interrupted'] as const;
export type Flag = (typeof FLAGS)[number];

/** One turn of any run, as far as samples tell of it. */
export type RankedTurn = {
  readonly seed: number;
  readonly act: number;
  readonly said: string;
  /** Last sound of the caller → first sound of the answer, both at the caller; null without an answer. */
  readonly answerUs: number | null;
  /** On the critical path, in order; they add up to `answerUs` exactly. Empty when one is unknown. */
  readonly stages: readonly Stage[];
  readonly flags: readonly Flag[];
};

export type Stage = { readonly name: string; readonly us: number };

export type Evidence = { readonly n: number; readonly samples: readonly EvidenceSample[] };

export type EvidenceSample = {
  readonly seed: number;
  readonly act: number | null;
  readonly value: number;
  /** The statistics that this very sample is: percentiles are samples that occurred. */
  readonly is: readonly string[];
};

export type Call = {
  readonly seed: number;
  /** How it ended, and what was awaited then. */
  readonly end: string;
  readonly detail: string;
  readonly endUs: number;
  readonly lanes: readonly Lane[];
  readonly turns: readonly TurnReport[];
  /** What no turn caused: summaries, answers to nobody. */
  readonly ownCost: Cost;
  /** Every version of every message of the context; requests point into it. */
  readonly messages: readonly Message[];
  /** From a turn to the answer heard of it. */
  readonly flows: readonly Flow[];
  /** Audio that the voice had delivered and the ear had not heard yet, at the instants where it is known. */
  readonly ahead: readonly { readonly atUs: number; readonly ms: number }[];
  /** Spans and marks that had no room. */
  readonly left: number;
};

export const PROCESSES = ['caller', 'agent', 'stt', 'llm', 'tts', 'network'] as const;
export type Process = (typeof PROCESSES)[number];

export type Lane = {
  readonly id: string;
  readonly process: Process;
  readonly title: string;
  /** `detail`: shown on demand. */
  readonly rank: 'main' | 'detail';
  readonly spans: readonly Span[];
  readonly marks: readonly Mark[];
};

/** `solid`: it happened; `wait`: it was waited for; `cut`: it was cancelled; `soft`: beside the point. */
export type Look = 'solid' | 'wait' | 'cut' | 'soft';

export type Span = {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly label: string;
  readonly look: Look;
  /** Parts of one request share it, and a row. */
  readonly group?: string;
  /** Act of the script. */
  readonly act?: number;
  readonly note?: string;
};

export type Mark = {
  readonly atUs: number;
  readonly label: string;
  readonly look: 'good' | 'bad' | 'plain' | 'faint';
  readonly note?: string;
};

export type Flow = {
  readonly id: number;
  readonly act: number;
  /** Lanes and instants that the answer went through, in order. */
  readonly points: readonly { readonly lane: string; readonly atUs: number }[];
};

export type Message = { readonly role: 'system' | 'user' | 'assistant'; readonly text: string };

export type Cost = {
  readonly stt: number | null;
  readonly llm: number | null;
  readonly tts: number | null;
};

/** One act of the caller's and everything that came of it. */
export type TurnReport = RankedTurn & {
  readonly role: 'turn' | 'interruption';
  readonly fromUs: number;
  readonly untilUs: number | null;
  /** Final transcripts, joined. */
  readonly recognised: string;
  /** What the agent decided, in order. */
  readonly steps: readonly { readonly atUs: number; readonly text: string }[];
  readonly reply: number | null;
  /** What the model said; null when there is no reply. */
  readonly spoken: string | null;
  /** What the ear heard of it, and what the agent's context says was heard. */
  readonly heard: string | null;
  readonly believed: string | null;
  readonly request: ModelRequest | null;
  readonly cost: Cost;
  /** Latencies that the emulators drew for it. */
  readonly draws: readonly Stage[];
};

export type ModelRequest = {
  /** As the agent stated it, the system prompt included. */
  readonly messages: number;
  readonly tokens: number;
  /** Indices of `Call.messages`. */
  readonly seen: readonly number[];
  /** Messages of the conversation that had no room in the window. */
  readonly outside: number;
};
