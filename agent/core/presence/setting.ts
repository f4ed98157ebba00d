// What the agent does about silence, about money and about a connection that breaks: plain values with
// units in their names, as the rest of the settings.

/** What the agent does about silence of the caller. */
export type NudgeSettings = {
  /** Silence after which it asks whether the caller is still there; 0 = never. */
  readonly afterMs: number;
  /** How often in a row. */
  readonly max: number;
  readonly line: string;
  /** After the last one in vain it takes its leave. */
  readonly thenEnd: boolean;
};

/** What a conversation may cost, and what the services that it uses cost. */
export type CostSettings = {
  /** 0 = no cap. */
  readonly capUsd: number;
  readonly sttUsdPerHour: number;
  readonly llmUsdPerMillionInput: number;
  readonly llmUsdPerMillionOutput: number;
  readonly ttsUsdPerThousandCharacters: number;
};

export type PresenceSettings = {
  readonly nudge: NudgeSettings;
  readonly cost: CostSettings;
  /** Said before the agent ends a call by itself. */
  readonly farewell: string;
  /** How long a session is kept for a client whose connection broke; 0 ends it at once. */
  readonly reconnectWindowMs: number;
};

export const DEFAULT_PRESENCE: PresenceSettings = {
  nudge: { afterMs: 8_000, max: 2, line: 'Are you still there?', thenEnd: false },
  cost: {
    capUsd: 0,
    sttUsdPerHour: 0,
    llmUsdPerMillionInput: 0,
    llmUsdPerMillionOutput: 0,
    ttsUsdPerThousandCharacters: 0,
  },
  farewell: 'I have to end our call here. Thank you, and goodbye.',
  reconnectWindowMs: 30_000,
};
