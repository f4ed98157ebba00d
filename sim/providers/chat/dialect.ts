// Where the servers of chat completions differ from one another, as a value per vendor: addresses, models,
// errors, usage and the headers that go with every answer. Everything else is the same emulator.

import type { Micros } from '#agent/core/time.ts';
import type { Headers } from '#agent/core/wire.ts';
import type { ChatRequest } from './chat-request.ts';
import type { ChatError } from './error.ts';
import type { UsageFigures } from './usage.ts';

export type ChatDialect = {
  readonly name: string;
  /** Path before `/chat/completions` and `/models`. */
  readonly base: string;
  /** Models served; others answer 404. Empty: whatever is asked for. */
  readonly models: readonly string[];
  /** Models that think before they speak, and show it. */
  readonly thinks: RegExp;
  /** Where it answers a request that only warms a connection. */
  readonly warming?: string;
  /** Answers without a key. */
  readonly keyless?: true;
  /** What is wrong with a request besides what is wrong everywhere. */
  complaint?(request: ChatRequest): ChatError | undefined;
  errorOfStatus(status: number): ChatError;
  /** Body of a refusal. */
  errorBody(error: ChatError): object;
  /** Payload of a failure in the middle of a stream. */
  midError(error: ChatError, id: string): object;
  /** `requestsToday`: of this vendor, this one included. */
  limits(now: Micros, requestsToday: number): Headers;
  /** Members of the first chunk, with their comma, such as `,"x":1`; '' when none. */
  first(id: string): string;
  /** Members of every chunk but the last ones. */
  every(includeUsage: boolean): string;
  /** The last chunks from their `choices` on, `finish` being those of the first of them. */
  last(
    finish: string,
    figures: UsageFigures,
    asked: { readonly includeUsage: boolean; readonly id: string },
  ): readonly string[];
  /** Members of a whole answer. */
  whole(figures: UsageFigures, id: string): string;
};
