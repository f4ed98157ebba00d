// Which scenarios the talk page offers: few, each for something one can hear.
import type { Scenario } from '../script/scenario.ts';

export const PROGRAMME = ['short-call', 'barge-in', 'tool-call', 'single-turn', 'multi-turn'] as const;

/** The voice of the agent: another than the caller's. */
export const agentVoiceOf = ({ caller }: Scenario): 'slt' | 'rms' => (caller.voice === 'slt' ? 'rms' : 'slt');
