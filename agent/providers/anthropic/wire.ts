// The events of Anthropic's Messages API and its errors, as values. Reading never throws; events, deltas and
// fields that are not known are ignored, as the vendor asks. Thoughts are never text.
// Source: platform.claude.com and the types of @anthropic-ai/sdk 1.12.
import { type Failure, failureOfStatus, parseRetryAfter } from '../../core/failure.ts';
import type { Finish, Refusal } from '../answer.ts';
import type { CallPiece } from '../calls.ts';
import { type Complaint, complaintOf, readComplaint } from '../complaint.ts';
import { type JsonObject, objectOf, parseObject, quantityOf, stringOf } from '../json.ts';

/** Counts that an event names; later ones replace earlier ones. */
export type Counts = {
  readonly input?: number;
  readonly cacheRead?: number;
  readonly cacheWritten?: number;
  readonly output?: number;
};

export type MessageEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly piece: CallPiece }
  | { readonly kind: 'counts'; readonly counts: Counts; readonly finish: Finish | undefined }
  /** The last event of an answer. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'error'; readonly failure: Failure }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'malformed' };

/** Reads the payload of one event; its name stands in it as well. */
export function parseEvent(payload: string, secret: string): MessageEvent {
  const root = parseObject(payload);
  if (root === undefined) return { kind: 'malformed' };
  switch (root['type']) {
    case 'content_block_start':
      return blockOf(root);
    case 'content_block_delta':
      return deltaOf(root);
    case 'message_start':
      return countsOf(objectOf(objectOf(root['message'])?.['usage']), undefined);
    case 'message_delta':
      return countsOf(objectOf(root['usage']), objectOf(root['delta'])?.['stop_reason']);
    case 'message_stop':
      return { kind: 'stop' };
    case 'error': {
      const complaint = complaintOf(root, secret);
      return { kind: 'error', failure: failureOf(STATUS_OF[complaint.type] ?? 500, complaint, undefined) };
    }
    default:
      return UNKNOWN;
  }
}

/** The failure behind an answer that is no stream of events. */
export function failureOfAnswer({ status, headers, body }: Refusal, secret: string): Failure {
  return failureOf(status, readComplaint(body, secret), parseRetryAfter(headers['retry-after']));
}

const STATUS_OF: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** A limit of spending has the status of haste, and an empty account that of a bad request. */
const MONEY_GONE = /credit balance|spend limit|spending limit|usage limit/i;

function failureOf(status: number, complaint: Complaint, retryAfterUs: number | undefined): Failure {
  const { message } = complaint;
  if ((status === 400 || status === 429) && MONEY_GONE.test(message)) {
    return { ...failureOfStatus(402, message), status };
  }
  return failureOfStatus(status, message, retryAfterUs);
}

function blockOf(root: JsonObject): MessageEvent {
  const block = objectOf(root['content_block']);
  const text = stringOf(block?.['text']) ?? '';
  if (block?.['type'] === 'text') return text === '' ? UNKNOWN : { kind: 'text', text };
  if (block?.['type'] !== 'tool_use') return UNKNOWN;
  const [id, name] = [stringOf(block['id']) ?? '', stringOf(block['name']) ?? ''];
  return { kind: 'call', piece: { index: quantityOf(root['index']) ?? 0, id, name, arguments: '' } };
}

function deltaOf(root: JsonObject): MessageEvent {
  const delta = objectOf(root['delta']);
  const text = stringOf(delta?.['text']);
  if (delta?.['type'] === 'text_delta' && text !== undefined) return { kind: 'text', text };
  const json = stringOf(delta?.['partial_json']);
  if (delta?.['type'] !== 'input_json_delta' || json === undefined) return UNKNOWN;
  return {
    kind: 'call',
    piece: { index: quantityOf(root['index']) ?? 0, id: '', name: '', arguments: json },
  };
}

function countsOf(usage: JsonObject | undefined, stop: unknown): MessageEvent {
  const count = (name: keyof Counts, member: string): Counts => {
    const value = quantityOf(usage?.[member]);
    return value === undefined ? {} : { [name]: value };
  };
  const counts = {
    ...count('input', 'input_tokens'),
    ...count('cacheRead', 'cache_read_input_tokens'),
    ...count('cacheWritten', 'cache_creation_input_tokens'),
    ...count('output', 'output_tokens'),
  };
  return { kind: 'counts', counts, finish: finishOf(stop) };
}

function finishOf(stop: unknown): Finish | undefined {
  switch (stop) {
    case 'end_turn':
    case 'stop_sequence':
      return 'stop';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'tool_use':
      return 'tools';
    default:
      return typeof stop === 'string' ? 'other' : undefined;
  }
}

const UNKNOWN: MessageEvent = { kind: 'unknown' };
