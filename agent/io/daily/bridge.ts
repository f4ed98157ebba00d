// What takes the agent into a room, as the rest of the agent sees it: messages and sound, both ways. A real
// one is a page in a headless Chromium (`bridge-house.ts`).
import type { FromBridge, ToBridge } from '../../transports/daily/bridge-message.ts';

export type BridgeHooks = {
  message(message: FromBridge): void;
  /** 20 ms of the caller: PCM s16le mono, 16 kHz. */
  sound(pcm: Uint8Array): void;
  /** It is gone, and was not closed. Once. */
  lost(reason: string): void;
};

export interface Bridge {
  tell(message: ToBridge): void;
  /** PCM s16le mono, at the rate that its `join` named. */
  speak(pcm: Uint8Array): void;
  /** Nothing is reported any more. */
  close(): void;
}

export interface BridgeFactory {
  /** Begins at once what the first call would wait for. */
  warm(): void;
  /** Its first message is `ready`; `lost` when there is none to be had. */
  open(hooks: BridgeHooks): Bridge;
  /** Closes what is still open, and lets the process end. */
  close(): Promise<void>;
}
