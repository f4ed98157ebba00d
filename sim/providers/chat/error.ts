// Complaints of chat completion servers as values; how they are written is the dialect's. Texts are ours,
// codes are the vendors' where they are published.
import type { Headers } from '#agent/core/wire.ts';
import { jsonAnswer, type PlainAnswer } from '../answer.ts';
import type { ChatDialect } from './dialect.ts';

export type ChatError = {
  readonly status: number;
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
};

export const errorAnswer = (dialect: ChatDialect, error: ChatError, headers: Headers): PlainAnswer =>
  jsonAnswer(error.status, dialect.errorBody(error), headers);

export const modelNotFound = (model: string): ChatError => {
  const message = `Model ${model.slice(0, 80)} does not exist or you do not have access to it.`;
  return chatError(404, message, 'not_found_error', 'model', 'model_not_found');
};

export const badRequest = (message: string, param: string | null = null): ChatError =>
  chatError(400, message, 'invalid_request_error', param, 'wrong_api_format');

export const notFound = (path: string): ChatError =>
  chatError(404, `Nothing is served at ${path.slice(0, 100)}.`, 'not_found_error', null, 'not_found');

export const chatError = (
  status: number,
  message: string,
  type: string,
  param: string | null,
  code: string | null,
): ChatError => ({ status, message, type, param, code });

/** Members of the error object that OpenAI introduced. */
export const errorMembers = ({ message, type, param, code }: ChatError): object => ({
  message,
  type,
  param,
  code,
});
