// Facts of the simulated world: what the caller really did and heard, and what the emulated
// vendors really received and sent. Together with the agent's own facts they are the trace; every
// KPI, verdict and report is a fold over them, and nothing else is measured.
import type { AgentFact } from '#agent/core/fact.ts';
import type { Micros } from '#agent/core/time.ts';

/** Quiet this long at the ear ends a stretch of the agent's speech; pauses of a voice are shorter. */
export const EAR_QUIET_US: Micros = 240_000;

export type Fact = AgentFact | CallerFact | VendorFact | NetworkFact;

/**
 * Ground truth at the caller's mouth and ear. `act` is the index of the act in the script. `t` is when a
 * fact is stated, on real clocks a little late; where a sample is meant, `atUs` is its exact instant.
 */
export type CallerFact = { readonly t: Micros; readonly who: 'caller' } & (
  | { readonly what: 'connected' }
  | { readonly what: 'ready' }
  /** First speech sample of an act leaves the mouth, at `atUs`. `text` is what is said. */
  | {
      readonly what: 'speaking';
      readonly atUs: Micros;
      readonly act: number;
      readonly text: string;
      readonly role: 'turn' | 'interruption';
    }
  /** Last speech sample of an act left the mouth at `atUs`. */
  | { readonly what: 'spoke'; readonly atUs: Micros; readonly act: number }
  /**
   * What really sounded at the microphone besides (or within) the lines, from `atUs` until `untilUs`: nobody
   * who wants the floor, or a part of an utterance that is not its end. Stated when it begins, or
   * when its end is known. `detail`: the words, or the sound and its level.
   */
  | {
      readonly what: 'event';
      readonly kind: CallerEvent;
      readonly act: number;
      readonly atUs: Micros;
      readonly untilUs: Micros;
      readonly detail: string;
    }
  /**
   * The agent became audible at the ear after quiet: the first audible sample sounds at `atUs`.
   * `arrivedUs`: when the packet with that sample reached the client, where the world can tell.
   */
  | { readonly what: 'ear.audible'; readonly atUs: Micros; readonly arrivedUs?: Micros }
  /** The ear has been quiet for `EAR_QUIET_US`; the last audible sample was at `atUs`. */
  | { readonly what: 'ear.quiet'; readonly atUs: Micros }
  /**
   * A word of the agent's voice was heard, recognised by its sound. `onsetUs` is its first sample that
   * was heard, `t` follows its last one that was played; `share` 0…1 of the word that was played. One
   * that broke off and went on is stated again, with the same onset and the share of both parts.
   */
  | { readonly what: 'ear.word'; readonly text: string; readonly onsetUs: Micros; readonly share: number }
  /** The client's player ran dry in mid-sound, which went on at `t`. */
  | { readonly what: 'underrun' }
  /** A message of the client protocol that a person would notice (bot-ready, error, …). */
  | { readonly what: 'told'; readonly type: string }
  /** Nothing was heard in answer to this act within the caller's patience. */
  | { readonly what: 'gave_up'; readonly act: number }
  /** The connection broke, in `act`; the network lets something pass again; the agent says it goes on. */
  | { readonly what: 'dropped'; readonly act: number; readonly during: 'speech' | 'reply' }
  | { readonly what: 'online' }
  | { readonly what: 'resumed' }
  | { readonly what: 'hung_up' }
  | { readonly what: 'cut_off'; readonly code: number; readonly reason: string }
);

export type CallerEvent =
  | 'backchannel'
  | 'cough'
  | 'noise'
  | 'side_talk'
  | 'echo'
  | 'hesitation'
  | 'correction'
  | 'dictation'
  | 'repetition';

export type VendorStage = 'stt' | 'llm' | 'tts';

/** What an emulator received and sent, at its own socket. `request` numbers its requests from 0. */
export type VendorFact = {
  readonly t: Micros;
  readonly who: VendorStage;
  /** Of the stage's second vendor, whose requests are numbered apart. */
  readonly lane?: 1;
  /** Whose emulator states it, where that is not the vendor of the requirements. */
  readonly vendor?: string;
} & (
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

/** What the network between caller and agent did in one direction, stated when the call is over. */
export type NetworkFact = { readonly t: Micros; readonly who: 'network' } & (
  | {
      readonly what: 'traffic';
      readonly direction: 'up' | 'down';
      /** On the wire, all headers included. */
      readonly bytes: number;
      readonly packets: number;
      /** Segments sent again, and times that arrived data waited for a gap before it (TCP). */
      readonly resent: number;
      readonly stalls: number;
    }
  | {
      readonly what: 'voice';
      readonly direction: 'up' | 'down';
      readonly codec: string;
      /** Frames of 20 ms that should have sounded, how many did not, in how many runs. */
      readonly expected: number;
      readonly lost: number;
      readonly bursts: number;
      /** Mean from the speaker's microphone (or the agent's pacer) to the ear, agent excluded. */
      readonly delayUs: Micros;
      /** Mean time in the jitter buffer; 0 where there is none. */
      readonly bufferUs: Micros;
    }
);
