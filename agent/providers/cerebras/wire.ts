// Chat completions as Cerebras speaks them, and with it every server of the same dialect (OpenAI,
// Groq, Ollama): the request, one streamed chunk, and what an error means. Reading never throws;
// fields that are missing, null or new are ignored. Source: inference-docs.cerebras.ai, 2026-11.
import { type Failure, failureOfStatus, parseRetryAfter } from '../../core/failure.ts';
import type { ChatMessage, GenerationWish, LlmUsage, ToolOffer } from '../../core/provider.ts';
import type { Headers } from '../../core/wire.ts';
import { type Complaint, complaintOf, readComplaint } from '../complaint.ts';
import { type JsonObject, objectOf, parseObject, quantityOf, stringOf } from '../json.ts';
import type { CerebrasSettings } from './index.ts';

export const DONE = '[DONE]';

export type Finish = 'stop' | 'length' | 'tools' | 'other';

/** A piece of a call of a tool: pieces of one `index` belong together, in order. */
export type CallPiece = {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
};

const MONEY_GONE = /^(insufficient_quota|credit_balance_exhausted|\w+_(spend|usage)_limit_exceeded)$/;

export type Chunk =
  | {
      readonly kind: 'delta';
      /** '' when the chunk carries no visible text, such as one of reasoning. */
      readonly content: string;
      readonly calls: readonly CallPiece[];
      readonly finish: Finish | undefined;
      readonly usage: LlmUsage | undefined;
    }
  | { readonly kind: 'error'; readonly failure: Failure }
  | { readonly kind: 'malformed' };

export const completionsUrl = (settings: CerebrasSettings): string => `${settings.baseUrl}/chat/completions`;

export function completionsHeaders(settings: CerebrasSettings): Headers {
  return { 'content-type': 'application/json', accept: 'text/event-stream', ...keyHeaders(settings) };
}

/** Something cheap to ask for, so that a connection stands: Cerebras has an address for it, others a list. */
export function warmUpUrl({ baseUrl }: CerebrasSettings): string {
  return CEREBRAS.test(baseUrl) ? `${baseUrl}/tcp_warming` : `${baseUrl}/models`;
}

const CEREBRAS = /^https:\/\/api\.cerebras\.ai\//;

export const keyHeaders = ({ apiKey }: CerebrasSettings): Headers =>
  apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` };

export function completionsBody(
  settings: CerebrasSettings,
  messages: readonly ChatMessage[],
  { tools = [], tokensMax = settings.maxTokens }: GenerationWish = {},
): string {
  // These think before they speak, and the vendor counts their thoughts as output: the cap on what
  // is spoken needs room above it, or a long thought would leave the caller with silence.
  const reasons = settings.model.includes('gpt-oss');
  return JSON.stringify({
    model: settings.model,
    messages: messages.map(wireMessage),
    ...(tools.length === 0 ? {} : { tools: tools.map(wireTool) }),
    stream: true,
    stream_options: { include_usage: true },
    temperature: settings.temperature,
    top_p: settings.topP,
    max_completion_tokens: tokensMax + (reasons ? settings.reasoningTokens : 0),
    ...(reasons ? { reasoning_effort: settings.reasoningEffort } : {}),
  });
}

function wireMessage({ role, content, calls, callId }: ChatMessage): object {
  if (callId !== undefined) return { role, tool_call_id: callId, content };
  if (calls === undefined) return { role, content };
  const written = calls.map(({ id, name, arguments: text }) => ({
    id,
    type: 'function',
    function: { name, arguments: text },
  }));
  return { role, content, tool_calls: written };
}

const wireTool = ({ name, description, parameters }: ToolOffer): object => ({
  type: 'function',
  function: { name, description, parameters },
});

/** Reads the payload of one event, `[DONE]` excepted. */
export function parseChunk(payload: string, secret: string): Chunk {
  const root = parseObject(payload);
  if (root === undefined) return { kind: 'malformed' };
  const error = root['error'];
  if (error !== undefined && error !== null) return errorOf(root, secret);
  const choices = root['choices'];
  // A flat error object, as in Cerebras' HTTP answers, has a message where chunks have choices.
  if (choices === undefined && stringOf(root['message']) !== undefined) return errorOf(root, secret);
  const choice = Array.isArray(choices) ? objectOf(choices[0]) : undefined;
  const delta = objectOf(choice?.['delta']);
  return {
    kind: 'delta',
    content: stringOf(delta?.['content']) ?? '',
    calls: callsOf(delta?.['tool_calls']),
    finish: finishOf(choice?.['finish_reason']),
    usage: usageOf(objectOf(root['usage'])),
  };
}

/** The failure behind an answer that is not 200. `headers` in lower case. */
export function failureOfAnswer(status: number, headers: Headers, body: string, secret: string): Failure {
  const complaint = readComplaint(body, secret);
  return failureOf(status, complaint, retryAfterOf(headers, complaint.code));
}

function errorOf(root: JsonObject, secret: string): Chunk {
  const status = quantityOf(root['status_code']) ?? 500;
  return { kind: 'error', failure: failureOf(status, complaintOf(root, secret), undefined) };
}

function failureOf(status: number, complaint: Complaint, retryAfterUs: number | undefined): Failure {
  // Money that is gone comes as 429 at OpenAI, like haste; but waiting does not bring it back.
  if (complaint.type === 'insufficient_quota' || MONEY_GONE.test(complaint.code)) {
    return { ...failureOfStatus(402, complaint.message), status };
  }
  if (complaint.code === 'model_not_found') return { ...failureOfStatus(404, complaint.message), status };
  return failureOfStatus(status, complaint.message, retryAfterUs);
}

function retryAfterOf(headers: Headers, code: string): number | undefined {
  const asked = parseRetryAfter(headers['retry-after']);
  if (asked !== undefined) return asked;
  const precise = parseRetryAfter(headers['retry-after-ms']);
  if (precise !== undefined) return Math.round(precise / 1_000);
  // Cerebras may leave Retry-After out. The reset of the token bucket says it too, but only when
  // tokens are what ran out: on a busy server it would have us wait for the wrong thing.
  if (code === 'token_quota_exceeded') return parseRetryAfter(headers['x-ratelimit-reset-tokens-minute']);
  return undefined;
}

/** Servers of this dialect that send whole calls leave the index out: their place is it then. */
function callsOf(value: unknown): readonly CallPiece[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, place): CallPiece[] => {
    const call = objectOf(item);
    if (call === undefined) return [];
    const what = objectOf(call['function']);
    const text = (name: string) => stringOf(what?.[name]) ?? '';
    const index = quantityOf(call['index']) ?? place;
    return [{ index, id: stringOf(call['id']) ?? '', name: text('name'), arguments: text('arguments') }];
  });
}

function finishOf(value: unknown): Finish | undefined {
  if (typeof value !== 'string') return undefined;
  if (value === 'tool_calls') return 'tools';
  return value === 'stop' || value === 'length' ? value : 'other';
}

function usageOf(usage: JsonObject | undefined): LlmUsage | undefined {
  if (usage === undefined) return undefined;
  const details = objectOf(usage['prompt_tokens_details']);
  return {
    promptTokens: quantityOf(usage['prompt_tokens']) ?? 0,
    cachedTokens: quantityOf(details?.['cached_tokens']) ?? 0,
    completionTokens: quantityOf(usage['completion_tokens']) ?? 0,
  };
}
