// Our side of a description: what the library underneath is told of an offer, and the answer that the
// client gets. An answer speaks about every medium that was offered, in the same order (RFC 3264, section 6),
// takes the voice and the data channel, and refuses the rest, video among it, with port 0.
import type { Direction, OfferedSection, RemoteOffer } from './sdp-offer.ts';

/** How this end is reached. */
export type LocalDescription = {
  readonly ufrag: string;
  readonly pwd: string;
  /** `sha-256 AB:CD:…` */
  readonly fingerprint: string;
  readonly setup: 'active' | 'passive';
  /** `candidate:…`, all of them: nothing is told to a client later. */
  readonly candidates: readonly string[];
};

/** Source of our voice, and how a browser calls its track. */
export type LocalVoice = { readonly ssrc: number; readonly name: string };

/** Largest message taken on the data channel, bytes: what Chromium allows at most. */
export const CHANNEL_MESSAGE_BYTES_MAX = 256 << 10;

/** The offer in canonical form: the voice, the data channel, and nothing else. */
export function canonicalOffer({ voice, channel, ...transport }: RemoteOffer): string {
  const shared = [
    `a=ice-ufrag:${transport.ufrag}`,
    `a=ice-pwd:${transport.pwd}`,
    `a=fingerprint:${transport.fingerprint}`,
    `a=setup:${transport.setup}`,
  ];
  return text([
    ...opening([voice.mid, channel.mid]),
    `m=audio 9 UDP/TLS/RTP/SAVPF ${voice.payloadType}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${voice.mid}`,
    `a=${voice.direction}`,
    'a=rtcp-mux',
    `a=rtpmap:${voice.payloadType} opus/48000/2`,
    ...shared,
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    `a=mid:${channel.mid}`,
    `a=sctp-port:${channel.port}`,
    `a=max-message-size:${CHANNEL_MESSAGE_BYTES_MAX}`,
    ...shared,
  ]);
}

export function writeAnswer(offer: RemoteOffer, local: LocalDescription, voice: LocalVoice): string {
  const taken = offer.sections.filter(({ mid }) => mid === offer.voice.mid || mid === offer.channel.mid);
  const transport = [
    `a=ice-ufrag:${local.ufrag}`,
    `a=ice-pwd:${local.pwd}`,
    `a=fingerprint:${local.fingerprint}`,
    `a=setup:${local.setup}`,
    ...local.candidates.map((candidate) => `a=${candidate}`),
    'a=end-of-candidates',
  ];
  return text([
    ...opening(taken.map(({ mid }) => mid)),
    'a=msid-semantic: WMS *',
    ...offer.sections.flatMap((section) => {
      if (section.mid === offer.voice.mid) return [...voiceLines(offer, voice), ...transport];
      if (section.mid === offer.channel.mid) return [...channelLines(offer), ...transport];
      return refusal(section);
    }),
  ]);
}

/** What a direction is from the other side. */
export const MIRRORED: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};

/**
 * The format parameters say what we want to receive (RFC 7587): mono for a recogniser at 16 kHz, with
 * copies of the frame before against loss, and no pauses, which would look like loss.
 */
const WANTED = 'minptime=10;useinbandfec=1;usedtx=0;stereo=0;maxplaybackrate=16000;maxaveragebitrate=32000';

const voiceLines = (offer: RemoteOffer, { ssrc, name }: LocalVoice): readonly string[] => [
  `m=audio 9 UDP/TLS/RTP/SAVPF ${offer.voice.payloadType}`,
  'c=IN IP4 0.0.0.0',
  'a=rtcp:9 IN IP4 0.0.0.0',
  `a=mid:${offer.voice.mid}`,
  `a=${MIRRORED[offer.voice.direction]}`,
  `a=msid:${name} ${name}-voice`,
  'a=rtcp-mux',
  `a=rtpmap:${offer.voice.payloadType} opus/48000/2`,
  `a=fmtp:${offer.voice.payloadType} ${WANTED}`,
  `a=ssrc:${ssrc} cname:${name}`,
  `a=ssrc:${ssrc} msid:${name} ${name}-voice`,
];

const channelLines = ({ channel }: RemoteOffer): readonly string[] => [
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  `a=mid:${channel.mid}`,
  `a=sctp-port:${channel.port}`,
  `a=max-message-size:${CHANNEL_MESSAGE_BYTES_MAX}`,
];

const refusal = ({ media, protocol, format, mid }: OfferedSection): readonly string[] => [
  `m=${media} 0 ${protocol} ${format}`,
  'c=IN IP4 0.0.0.0',
  `a=mid:${mid}`,
  'a=inactive',
];

const opening = (bundled: readonly string[]): readonly string[] => [
  'v=0',
  'o=- 1 1 IN IP4 0.0.0.0',
  's=-',
  't=0 0',
  `a=group:BUNDLE ${bundled.join(' ')}`,
  'a=ice-options:trickle',
];

const text = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;
