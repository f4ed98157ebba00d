// What a stage with a second provider states about the two: attempts begun beside others, who is
// listened to, and who is left alone for a while. A part of the agent's facts.

/** Stages that may have two providers. */
export type HedgedStage = 'stt' | 'llm' | 'tts';

export type ProviderName = 'primary' | 'second';

export type ResilienceFact =
  /** Another attempt was begun beside (or instead of) the first, for `reply` (recogniser: 0). */
  | {
      readonly what: 'hedged';
      readonly stage: HedgedStage;
      readonly reply: number;
      /** Silence for too long, a failure, or an answer that broke off. */
      readonly by: 'deadline' | 'failure' | 'stall';
      readonly provider: ProviderName;
    }
  /** Of several attempts this one is listened to; stated again when another has to go on. */
  | {
      readonly what: 'hedge.won';
      readonly stage: HedgedStage;
      readonly reply: number;
      readonly by: ProviderName;
    }
  | {
      readonly what: 'breaker';
      readonly stage: HedgedStage;
      readonly provider: ProviderName;
      readonly state: 'closed' | 'open' | 'half_open';
    };
