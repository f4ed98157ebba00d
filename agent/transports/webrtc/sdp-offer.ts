// A client's offer (RFC 8866, JSEP): the few facts of it that a call needs, each of them judged. Whatever
// the text says besides is left behind, and no text of a client's reaches the library underneath: it is
// told of these facts in words of our own. Arbitrary text never throws.
import { LIMITS } from '../../core/limit.ts';
import { type ParsedCandidate, parseCandidate } from './candidate.ts';

export type RemoteOffer = {
  readonly ufrag: string;
  readonly pwd: string;
  readonly fingerprint: string;
  readonly setup: 'actpass' | 'active' | 'passive';
  /** All that were offered, in their order: an answer says something about each. */
  readonly sections: readonly OfferedSection[];
  readonly voice: { readonly mid: string; readonly payloadType: number; readonly direction: Direction };
  readonly channel: { readonly mid: string; readonly port: number };
  /** As `parseCandidate` writes them. */
  readonly candidates: readonly string[];
};

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** `media`, `protocol` and `format` are those of its m-line. */
export type OfferedSection = {
  readonly media: string;
  readonly protocol: string;
  readonly format: string;
  readonly mid: string;
};

export type ParsedOffer =
  | { readonly ok: true; readonly offer: RemoteOffer }
  | { readonly ok: false; readonly reason: string };

/** Bounds of what is looked at: Chromium's offer with two videos has some 230 lines and 8 KiB. */
export const SDP_CHARS_MAX = 48 << 10;
const SECTIONS_MAX = 16;

export function parseOffer(sdp: string): ParsedOffer {
  if (sdp.length > SDP_CHARS_MAX) return wrong(`longer than ${SDP_CHARS_MAX} characters`);
  const lines = sdp.split(/\r?\n/);
  if (lines[0] !== 'v=0') return wrong('not SDP: its first line is not "v=0"');
  const [session, ...media] = split(lines);
  if (session === undefined || media.length === 0) return wrong('without any media');
  if (media.length > SECTIONS_MAX) return wrong(`one of more than ${SECTIONS_MAX} media`);
  const sections = media.map(sectionOf);
  const mids = new Set(sections.map(({ mid }) => mid));
  if (sections.some(({ mid }) => !TOKEN.test(mid)) || mids.size < sections.length) {
    return wrong('one whose media have no mid, or the same');
  }
  const voice = sections.find(({ kind, payloadType }) => kind === 'audio' && payloadType !== undefined);
  if (voice?.payloadType === undefined) return wrong('without audio in Opus ("opus/48000/2")');
  const channel = sections.find(({ kind }) => kind === 'application');
  if (channel === undefined) return wrong('without a data channel');
  const bundle = new Set((attribute(session, 'group:BUNDLE') ?? '').trim().split(' '));
  if (!bundle.has(voice.mid) || !bundle.has(channel.mid)) {
    return wrong('one that does not bundle its audio with its data channel');
  }
  if (attribute(voice.lines, 'rtcp-mux') === undefined) return wrong('without rtcp-mux');
  const transport = transportOf(sections.find(({ mid }) => bundle.has(mid))?.lines ?? [], session);
  if (!transport.ok) return transport;
  const { payloadType, direction, mid } = voice;
  return {
    ok: true,
    offer: {
      ...transport.transport,
      sections: sections.map(({ media, protocol, format, mid }) => ({ media, protocol, format, mid })),
      voice: { mid, payloadType, direction },
      channel: { mid: channel.mid, port: portOf(channel.lines) },
      candidates: candidatesOf(lines),
    },
  };
}

type Section = OfferedSection & {
  readonly lines: readonly string[];
  readonly kind: 'audio' | 'application' | 'other';
  /** Of Opus. */
  readonly payloadType: number | undefined;
  readonly direction: Direction;
};

function sectionOf(lines: readonly string[]): Section {
  const [, media = 'unknown', protocol = 'UDP', formats = '0'] = M_LINE.exec(lines[0] ?? '') ?? [];
  const mid = attribute(lines, 'mid:') ?? '';
  const [format = '0'] = formats.split(' ', 1);
  const direction = DIRECTIONS.find((one) => lines.includes(`a=${one}`)) ?? 'sendrecv';
  const payloadType = media === 'audio' && RTP.test(protocol) ? opusOf(lines, formats) : undefined;
  const isChannel = media === 'application' && SCTP.test(protocol) && formats === 'webrtc-datachannel';
  const kind = isChannel ? 'application' : media === 'audio' ? 'audio' : 'other';
  return { lines, kind, media, protocol, format, mid, payloadType, direction };
}

/** The first payload type that is Opus and that its m-line names. */
function opusOf(lines: readonly string[], formats: string): number | undefined {
  const named = new Set(formats.split(' '));
  for (const line of lines) {
    const type = OPUS.exec(line)?.[1];
    if (type !== undefined && named.has(type) && Number(type) <= 127) return Number(type);
  }
  return undefined;
}

type Transport = Pick<RemoteOffer, 'ufrag' | 'pwd' | 'fingerprint' | 'setup'>;

/** What a section does not say itself, the session says for all. */
function transportOf(
  section: readonly string[],
  session: readonly string[],
): { readonly ok: true; readonly transport: Transport } | (ParsedOffer & { readonly ok: false }) {
  const stated = (name: string) => attribute(section, name) ?? attribute(session, name) ?? '';
  const [ufrag, pwd] = [stated('ice-ufrag:'), stated('ice-pwd:')];
  if (!UFRAG.test(ufrag) || !PWD.test(pwd)) return wrong('without valid ice-ufrag and ice-pwd');
  const fingerprint = stated('fingerprint:');
  if (!FINGERPRINT.test(fingerprint)) return wrong('without a fingerprint of sha-256');
  const setup = stated('setup:');
  if (setup !== 'actpass' && setup !== 'active' && setup !== 'passive') {
    return wrong('without a valid a=setup');
  }
  return { ok: true, transport: { ufrag, pwd, fingerprint, setup } };
}

function portOf(lines: readonly string[]): number {
  const port = Number(attribute(lines, 'sctp-port:') ?? 5_000);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 5_000;
}

/** A candidate that is none costs the client that candidate, not the call. Each is often stated twice. */
function candidatesOf(lines: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const line of lines) {
    if (!line.startsWith('a=candidate:') || found.size >= LIMITS.peerCandidatesMax) continue;
    const parsed: ParsedCandidate = parseCandidate(line.slice('a='.length));
    if (parsed.ok) found.add(parsed.candidate);
  }
  return [...found];
}

/** The session's lines, then those of each medium. */
function split(lines: readonly string[]): readonly string[][] {
  const parts: string[][] = [[]];
  for (const line of lines) {
    if (line.startsWith('m=')) parts.push([]);
    parts.at(-1)?.push(line);
  }
  return parts;
}

/** What follows `a=<name>` on its first line; '' for one that says no more. */
const attribute = (lines: readonly string[], name: string): string | undefined =>
  lines.find((line) => line.startsWith(`a=${name}`))?.slice(`a=${name}`.length);

const M_LINE = /^m=([a-z]{1,20}) \d{1,5} ([A-Z/]{1,40}) ([\w-]{1,40}(?: [\w-]{1,40}){0,200})$/;
const RTP = /^UDP\/TLS\/RTP\/SAVPF$/;
const SCTP = /^UDP\/DTLS\/SCTP$/;
const OPUS = /^a=rtpmap:(\d{1,3}) opus\/48000\/2$/i;
const DIRECTIONS: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];
const TOKEN = /^[\w.+-]{1,32}$/;
const UFRAG = /^[A-Za-z0-9+/]{4,256}$/;
const PWD = /^[A-Za-z0-9+/]{22,256}$/;
const FINGERPRINT = /^sha-256 [0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){31}$/;

const wrong = (what: string): ParsedOffer & { readonly ok: false } => ({
  ok: false,
  reason: `the offer is ${what}`,
});
