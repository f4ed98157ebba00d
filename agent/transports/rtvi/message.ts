// The RTVI messages this server sends, protocol 2.1.0 with the older form where 1.x differs. Only
// messages that mean something to the stock clients are here; absent fields are left out, never null.
// Source: the RTVI standard, https://docs.pipecat.ai/client/rtvi-standard.

export const RTVI_LABEL = 'rtvi-ai';
export const RTVI_VERSION = '2.1.0';

export type ServerMessage =
  | {
      readonly type: 'bot-ready';
      readonly id?: string;
      readonly data: {
        readonly version: string;
        /** For a client that asked for a codec and got it: its audio, both ways, is in it from here on. */
        readonly about?: { readonly platform_details: { readonly codec: string } };
        /** With this id a client whose connection broke comes back to its conversation. */
        readonly session?: string;
        /** It has just done so, and the conversation goes on. */
        readonly resumed?: true;
      };
    }
  /** `message` repeats `error` for clients of 1.13 and older. `fatal`: the client disconnects. */
  | {
      readonly type: 'error';
      readonly data: { readonly error: string; readonly message: string; readonly fatal: boolean };
    }
  | {
      readonly type: 'server-response';
      readonly id: string;
      readonly data: { readonly t: string; readonly d?: unknown };
    }
  | { readonly type: 'error-response'; readonly id: string; readonly data: { readonly error: string } }
  | { readonly type: 'server-message'; readonly data: unknown }
  | { readonly type: SignalType }
  | { readonly type: TextType; readonly data: { readonly text: string } }
  | {
      readonly type: 'user-transcription';
      readonly data: {
        readonly text: string;
        readonly user_id: string;
        /** ISO 8601. */
        readonly timestamp: string;
        readonly final: boolean;
      };
    }
  | { readonly type: 'bot-output'; readonly data: BotOutput | LegacyBotOutput }
  | { readonly type: 'metrics'; readonly data: Metrics };

/** Messages without data. */
type SignalType =
  | 'user-started-speaking'
  | 'user-stopped-speaking'
  | 'bot-llm-started'
  | 'bot-llm-stopped'
  | 'bot-tts-started'
  | 'bot-tts-stopped'
  | 'bot-started-speaking'
  | 'bot-stopped-speaking'
  | 'bot-interrupted';

type TextType = 'user-llm-text' | 'bot-llm-text' | 'bot-tts-text';

/** One segment of the reply on its way through the caller's ear. */
export type BotOutput = {
  readonly text: string;
  readonly aggregated_by: 'sentence';
  readonly segment_id: number;
  readonly will_be_spoken: boolean;
  readonly spoken_status: 'new' | 'in-progress' | 'completed';
  readonly spoken_progress: { readonly accumulated_text: string; readonly remaining_text: string };
};

/** The form of protocol 1.x: no progress; words as they are spoken. */
export type LegacyBotOutput = {
  readonly text: string;
  readonly aggregated_by: 'sentence' | 'word';
  readonly segment_id: number;
  readonly spoken: boolean;
};

/** Seconds, characters and tokens, as the field counts them. */
export type Metrics = {
  readonly ttfb?: readonly { readonly processor: string; readonly value: number }[];
  readonly characters?: readonly { readonly processor: string; readonly value: number }[];
  readonly tokens?: readonly {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
    readonly cache_read_input_tokens: number;
  }[];
  readonly stt_usage?: readonly {
    readonly processor: string;
    readonly value: { readonly audio_seconds: number };
  }[];
};

/** The JSON text of `message` in its envelope. */
export const formatMessage = (message: ServerMessage): string =>
  JSON.stringify({ label: RTVI_LABEL, ...message });

export const errorMessage = (error: string, fatal: boolean): ServerMessage => ({
  type: 'error',
  data: { error, message: error, fatal },
});
