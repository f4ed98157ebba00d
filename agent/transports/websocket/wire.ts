// The bytes of the stock clients' WebSocket: one protobuf `pipecat.Frame` per binary message, in both
// directions. Any bytes decode to a frame or to the reason why they are none; nothing throws, and
// audio is a view of the input, never a copy. Where a frame holds several kinds, the last one counts.
import { unreachable } from '../../core/assert.ts';
import { ProtoReader } from './proto-reader.ts';
import {
  ProtoWriter,
  sizeOfContent,
  sizeOfPresentUint64,
  sizeOfUint32,
  sizeOfUint64,
  utf8Length,
} from './proto-writer.ts';

/** The `oneof` of `pipecat.Frame`. `id` and `pts` are uint64, `sampleRate` and `channels` uint32. */
export type WireFrame =
  | { readonly kind: 'text'; readonly id: bigint; readonly name: string; readonly text: string }
  | WireAudio
  | {
      readonly kind: 'transcription';
      readonly id: bigint;
      readonly name: string;
      readonly text: string;
      readonly userId: string;
      readonly timestamp: string;
    }
  /** `data`: the JSON text of one RTVI message. */
  | { readonly kind: 'message'; readonly data: string }
  | { readonly kind: 'interruption'; readonly id: bigint; readonly name: string };

export type WireAudio = {
  readonly kind: 'audio';
  readonly id: bigint;
  readonly name: string;
  /** s16le, or a frame of the codec that the two ends have agreed upon. */
  readonly pcm: Uint8Array;
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  readonly pts: bigint | undefined;
};

export type Decoded =
  | { readonly ok: true; readonly frame: WireFrame }
  | { readonly ok: false; readonly reason: string };

/** The frame in `bytes`, or why there is none, as the end of "the message is not a Frame: …". */
export function decodeFrame(bytes: Uint8Array): Decoded {
  const reader = new ProtoReader(bytes);
  let frame: WireFrame | undefined;
  while (reader.next()) frame = decodeKind(reader) ?? frame;
  if (reader.fault !== undefined) return { ok: false, reason: reader.fault };
  return frame === undefined ? NO_FRAME : { ok: true, frame };
}

export function encodeFrame(frame: WireFrame): Uint8Array<ArrayBuffer> {
  switch (frame.kind) {
    case 'audio':
      return encodeAudioFrame(frame);
    case 'message':
      return encodeMessage(frame.data);
    case 'text':
      return encodeNamed(TEXT, frame.id, frame.name, [frame.text]);
    case 'transcription':
      return encodeNamed(TRANSCRIPTION, frame.id, frame.name, [frame.text, frame.userId, frame.timestamp]);
    case 'interruption':
      return encodeNamed(INTERRUPTION, frame.id, frame.name, []);
    default:
      return unreachable(frame);
  }
}

/** One frame of a codec, mono: the same message, named after the codec, with its bytes for samples. */
export const encodeCoded = (name: string, bytes: Uint8Array, sampleRate: number): Uint8Array<ArrayBuffer> =>
  encodeAudioFrame({ kind: 'audio', id: 0n, name, pcm: bytes, sampleRate, channels: 1, pts: undefined });

/** A mono audio frame, byte for byte as the stock serializer writes it. */
export const encodeAudio = (pcm: Uint8Array, sampleRate: number): Uint8Array<ArrayBuffer> =>
  encodeCoded('audio', pcm, sampleRate);

/** A frame around the JSON text of one RTVI message. */
export function encodeMessage(data: string): Uint8Array<ArrayBuffer> {
  const length = utf8Length(data);
  const writer = new ProtoWriter(MESSAGE, sizeOfContent(length));
  writer.text(MESSAGE_DATA, data, length);
  return writer.finish();
}

const VARINT = 0;
const LENGTH = 2;
const tagOf = (field: number, wireType: number): number => (field << 3) | wireType;

const TEXT = tagOf(1, LENGTH);
const AUDIO = tagOf(2, LENGTH);
const TRANSCRIPTION = tagOf(3, LENGTH);
const MESSAGE = tagOf(4, LENGTH);
const INTERRUPTION = tagOf(5, LENGTH);

const ID = tagOf(1, VARINT);
const NAME = tagOf(2, LENGTH);
const AUDIO_PCM = tagOf(3, LENGTH);
const AUDIO_RATE = tagOf(4, VARINT);
const AUDIO_CHANNELS = tagOf(5, VARINT);
const AUDIO_PTS = tagOf(6, VARINT);
const MESSAGE_DATA = tagOf(1, LENGTH);

/** Where the strings after id and name start; each has the next field number. */
const FIRST_STRING_FIELD = 3;

const NO_FRAME: Decoded = {
  ok: false,
  reason: 'it holds none of the kinds this server knows (fields 1 to 5)',
};

function decodeKind(reader: ProtoReader): WireFrame | undefined {
  const tag = reader.tag;
  if (tag !== AUDIO && tag !== MESSAGE && tag !== TEXT && tag !== TRANSCRIPTION && tag !== INTERRUPTION) {
    reader.skip();
    return undefined;
  }
  const outer = reader.enter();
  const frame = decodeBody(reader, tag);
  reader.leave(outer);
  return frame;
}

function decodeBody(reader: ProtoReader, tag: number): WireFrame {
  if (tag === AUDIO) return decodeAudio(reader);
  if (tag === MESSAGE) return decodeMessage(reader);
  const { id, name, strings } = decodeNamed(reader);
  const [text = '', userId = '', timestamp = ''] = strings;
  if (tag === TEXT) return { kind: 'text', id, name, text };
  if (tag === TRANSCRIPTION) return { kind: 'transcription', id, name, text, userId, timestamp };
  return { kind: 'interruption', id, name };
}

function decodeAudio(reader: ProtoReader): WireFrame {
  let id = 0n;
  let name = '';
  let pcm = EMPTY;
  let sampleRate = 0;
  let channels = 0;
  let pts: bigint | undefined;
  while (reader.next()) {
    const tag = reader.tag;
    if (tag === AUDIO_PCM) pcm = reader.bytes();
    else if (tag === AUDIO_RATE) sampleRate = reader.uint32();
    else if (tag === AUDIO_CHANNELS) channels = reader.uint32();
    else if (tag === NAME) name = reader.string();
    else if (tag === ID) id = reader.uint64();
    else if (tag === AUDIO_PTS) pts = reader.uint64();
    else reader.skip();
  }
  return { kind: 'audio', id, name, pcm, sampleRate, channels, pts };
}

const EMPTY: Uint8Array = new Uint8Array(0);

function decodeMessage(reader: ProtoReader): WireFrame {
  let data = '';
  while (reader.next()) {
    if (reader.tag === MESSAGE_DATA) data = reader.string();
    else reader.skip();
  }
  return { kind: 'message', data };
}

/** Text, transcription and interruption frames: an id, a name and up to three strings. */
function decodeNamed(reader: ProtoReader): { id: bigint; name: string; strings: string[] } {
  let id = 0n;
  let name = '';
  const strings = ['', '', ''];
  while (reader.next()) {
    const tag = reader.tag;
    const index = (tag >>> 3) - FIRST_STRING_FIELD;
    if (tag === ID) id = reader.uint64();
    else if (tag === NAME) name = reader.string();
    else if ((tag & 7) === LENGTH && index >= 0 && index < strings.length) strings[index] = reader.string();
    else reader.skip();
  }
  return { id, name, strings };
}

function encodeAudioFrame(frame: WireAudio): Uint8Array<ArrayBuffer> {
  const nameLength = utf8Length(frame.name);
  const size =
    sizeOfUint64(frame.id) +
    sizeOfContent(nameLength) +
    sizeOfContent(frame.pcm.length) +
    sizeOfUint32(frame.sampleRate) +
    sizeOfUint32(frame.channels) +
    (frame.pts === undefined ? 0 : sizeOfPresentUint64(frame.pts));
  const writer = new ProtoWriter(AUDIO, size);
  writer.uint64(ID, frame.id);
  writer.text(NAME, frame.name, nameLength);
  writer.data(AUDIO_PCM, frame.pcm);
  writer.uint32(AUDIO_RATE, frame.sampleRate);
  writer.uint32(AUDIO_CHANNELS, frame.channels);
  if (frame.pts !== undefined) writer.presentUint64(AUDIO_PTS, frame.pts);
  return writer.finish();
}

function encodeNamed(
  kind: number,
  id: bigint,
  name: string,
  strings: readonly string[],
): Uint8Array<ArrayBuffer> {
  const nameLength = utf8Length(name);
  const lengths = strings.map(utf8Length);
  const size = lengths.reduce(
    (sum, length) => sum + sizeOfContent(length),
    sizeOfUint64(id) + sizeOfContent(nameLength),
  );
  const writer = new ProtoWriter(kind, size);
  writer.uint64(ID, id);
  writer.text(NAME, name, nameLength);
  strings.forEach((text, index) => {
    writer.text(tagOf(FIRST_STRING_FIELD + index, LENGTH), text, lengths[index] ?? 0);
  });
  return writer.finish();
}
