// How the end of a WebSocket reads as a failure, for vendors that say nothing better themselves.
// A refused upgrade is judged by its status, a close by its code, as the vendors' own SDKs do.
import { type Failure, failureOfStatus, parseRetryAfter } from '../core/failure.ts';
import type { SocketEvent } from '../core/wire.ts';
import { plainLine, readComplaint } from './complaint.ts';

/** Codes after which the same connection would only be closed again (protocol, policy, size, …). */
const CLOSE_FINAL = new Set([1002, 1003, 1007, 1008, 1009, 1010]);

export function refusedFailure(event: SocketEvent & { kind: 'refused' }, secret: string): Failure {
  const { message } = readComplaint(event.body, secret);
  return failureOfStatus(event.status, message, parseRetryAfter(event.headers['retry-after']));
}

export function closedFailure(code: number, reason: string, secret: string): Failure {
  const words = plainLine(reason, secret);
  const message = words === '' ? `closed with code ${code}` : words;
  return CLOSE_FINAL.has(code)
    ? { reason: 'bad_request', message, retryable: false }
    : { reason: 'disconnected', message, retryable: true };
}

export const unconnectedFailure = (message: string, secret: string): Failure => ({
  reason: 'refused',
  message: plainLine(message, secret),
  retryable: true,
});

export const timeoutFailure = (message: string): Failure => ({ reason: 'timeout', message, retryable: true });
