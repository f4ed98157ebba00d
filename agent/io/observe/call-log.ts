// One call in the log: what an operator must know at `info` and above, without a word of what was said; every
// fact, with its words, at `debug`.
import { createHash } from 'node:crypto';
import type { AgentFact } from '../../core/fact.ts';
import { toMs } from '../../core/time.ts';
import { ANSWER_STAGES, type Answer } from '../../telemetry/answer.ts';
import type { CallRow } from '../../telemetry/board.ts';
import type { Models } from '../../telemetry/span.ts';
import type { Log } from '../log.ts';
import { remedyFor } from './remedy.ts';

/**
 * What the call is named by in logs, traces and figures. Not the session's id: who has that may come back to
 * the conversation. From it, so that several processes name a call the same.
 */
export const callName = (session: string): string =>
  createHash('sha256').update(session).digest('hex').slice(0, 12);

export function logFact(log: Log, fact: AgentFact, models: Models): void {
  const level = levelOf(fact);
  // Facts of these levels hold no words of the conversation; a tool's error is its own.
  const todo = fact.what === 'error' ? remedyFor(fact, models) : undefined;
  if (level !== undefined) log[level[0]](todo === undefined ? fact : { ...fact, todo }, level[1]);
  else log.debug(fact, fact.what);
}

type Level = 'info' | 'warn' | 'error';

/** Undefined: only a step of the conversation. */
function levelOf(fact: AgentFact): readonly [Level, string] | undefined {
  switch (fact.what) {
    case 'error':
      return [fact.fatal ? 'error' : 'warn', 'a service failed'];
    case 'retry':
      return ['warn', 'a service is asked again'];
    case 'breaker':
      return ['warn', 'a provider was left alone, or is tried again'];
    case 'client.rejected':
      return ['warn', 'the client broke the protocol'];
    case 'context.trimmed':
      return ['warn', 'a message was longer than it may be'];
    case 'summary.failed':
      return ['warn', 'there is no summary for now'];
    case 'cost.capped':
      return ['warn', 'the call nears its cost cap'];
    case 'tool.result':
      return fact.ok ? undefined : ['warn', 'a tool failed'];
    case 'hedged':
      return ['info', 'a second attempt was begun'];
    case 'client.ready':
      return ['info', 'the client is ready'];
    case 'client.left':
      return ['info', 'the client left or was lost'];
    case 'client.back':
      return ['info', 'the client came back'];
    default:
      return undefined;
  }
}

export function logAnswer(log: Log, { turn, responseUs, stages }: Answer): void {
  const stagesMs = Object.fromEntries(ANSWER_STAGES.map((stage) => [stage, roundMs(stages[stage])]));
  log.info({ turn, responseMs: roundMs(responseUs), stagesMs }, 'a turn was answered');
}

/** What the call was and what it cost. */
export function logEnd(log: Log, row: CallRow): void {
  const { end, turns, interruptions, errors, responseMs, usage, usd, unpriced } = row;
  const about = {
    reason: end,
    seconds: Math.round(row.seconds),
    turns,
    interruptions,
    errors,
    responseMsP50: responseMs === null ? null : Math.round(responseMs.p50),
    responseMsP95: responseMs === null ? null : Math.round(responseMs.p95),
    sttSeconds: Math.round(toMs(usage.sttUs) / 100) / 10,
    tokensIn: usage.promptTokens,
    tokensCached: usage.cachedTokens,
    tokensOut: usage.completionTokens,
    characters: usage.characters,
    usd: Math.round(usd * 1e6) / 1e6,
    ...(unpriced ? { unpriced } : {}),
  };
  log.info(about, 'the call ended');
}

const roundMs = (us: number): number => Math.round(toMs(us) * 10) / 10;
