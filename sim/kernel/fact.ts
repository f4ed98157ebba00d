// Facts of the simulated world: what the caller really did and heard, and what the emulated
// vendors really received and sent. Together with the agent's own facts they are the trace; every
// KPI, verdict and report is a fold over them, and nothing else is measured.
import type { AgentFact } from '#agent/core/fact.ts';
import type { Micros } from '#agent/core/time.ts';

export type Fact = AgentFact | CallerFact | VendorFact;

/** Ground truth at the caller's mouth and ear. `act` is the index of the act in the script. */
export type CallerFact = { readonly t: Micros; readonly who: 'caller' } & (
  | { readonly what: 'connected' }
  | { readonly what: 'ready' }
  /** First speech sample of an act leaves the mouth. `text` is what is said. */
  | {
      readonly what: 'speaking';
      readonly act: number;
      readonly text: string;
      readonly role: 'turn' | 'interruption' | 'backchannel' | 'noise';
    }
  /** Last speech sample of an act left the mouth at `t`. */
  | { readonly what: 'spoke'; readonly act: number }
  /** First audible agent sample after silence at the ear; last one before silence. */
  | { readonly what: 'ear.audible' }
  | { readonly what: 'ear.silent' }
  /** A word of the agent's voice was heard; `t` its onset, `untilUs` its last played sample. */
  | { readonly what: 'ear.word'; readonly text: string; readonly untilUs: Micros; readonly whole: boolean }
  | { readonly what: 'underrun' }
  | { readonly what: 'told'; readonly type: string; readonly text?: string }
  | { readonly what: 'gave_up'; readonly act: number; readonly reason: string }
  | { readonly what: 'hung_up' }
);

export type VendorStage = 'stt' | 'llm' | 'tts';

/** What an emulator received and sent, at its own socket. `request` numbers its requests from 0. */
export type VendorFact = { readonly t: Micros; readonly who: VendorStage } & (
  | { readonly what: 'connected' }
  | { readonly what: 'disconnected'; readonly code: number }
  /** The request whose answer is awaited arrived: finalize, chat request, text. */
  | { readonly what: 'received'; readonly request: number; readonly detail: string }
  /** A latency was drawn from the profile for it. `turn` is the script's act. */
  | {
      readonly what: 'drew';
      readonly request: number;
      readonly turn: number;
      readonly stage: string;
      readonly us: Micros;
    }
  /** A part of the answer left: final transcript, text token, audible audio. */
  | { readonly what: 'sent'; readonly request: number; readonly detail: string }
  | { readonly what: 'done'; readonly request: number; readonly detail: string }
  | { readonly what: 'cancelled'; readonly request: number }
  | { readonly what: 'fault'; readonly fault: string; readonly turn: number }
  /** Words of one transcript against the words spoken: lost (no audio) and misheard. */
  | {
      readonly what: 'heard';
      readonly request: number;
      readonly text: string;
      readonly lost: number;
      readonly misheard: number;
    }
);
