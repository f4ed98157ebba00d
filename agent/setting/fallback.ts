// The second providers, where they are configured: each stage's two become one that fails over or hedges.
// Without an address there is no second one, and the first stays as it is, byte for byte.
import type { LlmFactory, SttFactory, TtsFactory } from '../core/provider.ts';
import { hedgedLlm } from '../core/resilience/llm.ts';
import { type HedgeMode, policyOf } from '../core/resilience/policy.ts';
import { hedgedStt } from '../core/resilience/stt.ts';
import { hedgedTts } from '../core/resilience/tts.ts';
import { Leveller } from '../media/leveller.ts';
import { countTokens } from '../providers/tokens.ts';

export type FallbackSettings = {
  readonly hedge: 'off' | HedgeMode;
  readonly sttHedge: 'replay' | 'warm';
  readonly sttDeadlineMs: number;
  readonly llmDeadlineMs: number;
  readonly ttsDeadlineMs: number;
  readonly failoverMs: number;
  readonly hedgeAttempts: number;
  /** PCM rates, Hz: of the caller's audio, and of what the voices make. */
  readonly callerRate: number;
  readonly outputRate: number;
};

export type Providers = { readonly stt: SttFactory; readonly llm: LlmFactory; readonly tts: TtsFactory };

export function withFallback(first: Providers, second: Partial<Providers>, of: FallbackSettings): Providers {
  const { hedge, failoverMs, hedgeAttempts } = of;
  if (hedge === 'off') return first;
  const policy = (deadlineMs: number) => policyOf(hedge, { deadlineMs, failoverMs }, hedgeAttempts);
  const { stt, llm, tts } = second;
  const levelling = () => new Leveller(of.outputRate);
  const ears = { ...policy(of.sttDeadlineMs), warm: of.sttHedge === 'warm' };
  return {
    stt: stt === undefined ? first.stt : hedgedStt(first.stt, stt, ears, of.callerRate),
    llm: llm === undefined ? first.llm : hedgedLlm(first.llm, llm, policy(of.llmDeadlineMs), countTokens),
    tts:
      tts === undefined
        ? first.tts
        : hedgedTts(first.tts, tts, policy(of.ttsDeadlineMs), of.outputRate, levelling),
  };
}
