// What a WebRTC call has negotiated, and where it says nothing else: libwebrtc's defaults for voice.
import { type JitterSettings, M106 } from '#agent/media/jitter-buffer/setting.ts';

export type RtcSettings = {
  /** In-band FEC of Opus. */
  readonly fec: boolean;
  /** Earlier frames repeated in full (RFC 2198): none, one, or two. */
  readonly red: 0 | 1 | 2;
  /** Missing packets are asked for again. */
  readonly nack: boolean;
  /** Pauses are not sent. */
  readonly dtx: boolean;
  readonly jitter: JitterSettings;
};

export const RTC_DEFAULT: RtcSettings = { fec: true, red: 0, nack: false, dtx: false, jitter: M106 };
