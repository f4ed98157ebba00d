// Which voices a vendor has: asked for over HTTP, page by page, or known from its documents where it has no
// list to ask for. Reading an answer never throws; what is no list is undefined.
import type { Headers } from '../core/wire.ts';

export type ListedVoice = {
  /** What `TTS_VOICE_ID` takes. */
  readonly id: string;
  readonly name: string;
  /** As the vendor writes it, several between commas; '' when it does not say. */
  readonly language: string;
};

export type VoicePage = {
  readonly voices: readonly ListedVoice[];
  /** What asks for the next page; absent on the last. */
  readonly next?: string;
};

export type VoiceCatalogue =
  | {
      readonly kind: 'fixed';
      readonly source: string;
      /** When it was read, YYYY-MM-DD. */
      readonly date: string;
      readonly voices: readonly ListedVoice[];
    }
  | {
      readonly kind: 'asked';
      /** `settings`: the checked ones of its voice; `base`: its address over HTTP. */
      ask(
        settings: Readonly<Record<string, unknown>>,
        base: string,
        next?: string,
      ): { readonly url: string; readonly headers: Headers };
      read(body: string): VoicePage | undefined;
    };

/** A WebSocket's address as the same server has it over HTTP. */
export const httpAddress = (base: string): string => base.replace(/^ws/, 'http');
