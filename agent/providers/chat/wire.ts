// Chat completions as OpenAI made them and Cerebras, Groq, Ollama and others speak them: the request, one
// streamed chunk, and what an error means. Reading never throws; fields that are missing, null or new are
// ignored. Sources: platform.openai.com, inference-docs.cerebras.ai, console.groq.com, 2026-11.
import { type Failure, failureOfStatus, parseRetryAfter } from '../../core/failure.ts';
import type { ChatMessage, GenerationWish, LlmUsage, ToolOffer } from '../../core/provider.ts';
import type { Headers } from '../../core/wire.ts';
import type { Finish, Refusal } from '../answer.ts';
import type { CallPiece } from '../calls.ts';
import { type Complaint, complaintOf, readComplaint } from '../complaint.ts';
import { type JsonObject, objectOf, parseObject, quantityOf, stringOf } from '../json.ts';
import type { ChatDialect, ChatSettings } from './dialect.ts';

export const DONE = '[DONE]';

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

export const completionsUrl = (settings: ChatSettings): string => `${settings.baseUrl}/chat/completions`;

export function completionsHeaders(settings: ChatSettings): Headers {
  return { 'content-type': 'application/json', accept: 'text/event-stream', ...keyHeaders(settings) };
}

export const keyHeaders = ({ apiKey }: ChatSettings): Headers =>
  apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` };

export function completionsBody(
  settings: ChatSettings,
  dialect: ChatDialect,
  messages: readonly ChatMessage[],
  { tools = [], tokensMax = settings.maxTokens }: GenerationWish = {},
): string {
  return JSON.stringify({
    model: settings.model,
    messages: messages.map(wireMessage),
    ...(tools.length === 0 ? {} : { tools: tools.map(wireTool) }),
    stream: true,
    stream_options: { include_usage: true, ...dialect.streamOptions },
    ...dialect.options(tokensMax),
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
export function parseChunk(payload: string, secret: string, dialect?: ChatDialect): Chunk {
  const root = parseObject(payload);
  if (root === undefined) return { kind: 'malformed' };
  const words = dialect?.error?.(root);
  if (words !== undefined) return errorOf({ message: words }, secret);
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
    usage: usageOf(objectOf(root['usage']) ?? dialect?.usage?.(root)),
  };
}

/** The failure behind an answer that is not 200. `headers` in lower case. */
export function failureOfAnswer(
  { status, headers, body }: Refusal,
  secret: string,
  dialect?: ChatDialect,
): Failure {
  const complaint = readComplaint(body, secret);
  const asked = retryAfterOf(headers) ?? dialect?.retryAfter?.(headers, complaint.code);
  return failureOf(status, complaint, asked);
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

function retryAfterOf(headers: Headers): number | undefined {
  const asked = parseRetryAfter(headers['retry-after']);
  if (asked !== undefined) return asked;
  const precise = parseRetryAfter(headers['retry-after-ms']);
  return precise === undefined ? undefined : Math.round(precise / 1_000);
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
