// The unmodified `@elevenlabs/elevenlabs-js` client against the emulator on a real port. It covers
// speech over HTTP and Scribe's WebSocket; it has no client for the speech WebSockets.
import { AudioFormat, CommitStrategy, ElevenLabsClient, RealtimeEvents } from '@elevenlabs/elevenlabs-js';
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultSpec } from '../fault.ts';
import { bytesOf as pcmOf, recordings } from '../recording.test-support.ts';
import { Stage } from '../stage.test-support.ts';
import { Voice } from '../voice.ts';
import { ElevenLabsEmulator } from './emulator.ts';

const RACHEL = '21m00Tcm4TlvDq8ikWAM';
const TEXT = 'Hello there. See you soon.';
const table = recordings('book a table', 'for two');
const request = { text: TEXT, modelId: 'eleven_flash_v2_5', outputFormat: 'pcm_16000' } as const;

let stage = new Stage();
afterEach(() => stage.close());

async function client(...faults: FaultSpec[]): Promise<ElevenLabsClient> {
  stage = new Stage();
  const vendor = new ElevenLabsEmulator({
    world: stage,
    profile: stage.profile(...faults),
    recogniser: table,
  });
  const { url } = await stage.host(vendor);
  return new ElevenLabsClient({ apiKey: 'el-test', baseUrl: url, maxRetries: 0 });
}

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

describe('the elevenlabs client', () => {
  it('streams speech, sample for sample', async () => {
    const elevenlabs = await client();
    const audio = await bytesOf(await elevenlabs.textToSpeech.stream(RACHEL, request));
    expect(audio.equals(Buffer.from(new Voice(16_000).utterance(TEXT).pcm.buffer))).toBe(true);
    expect(stage.said()).toContain(`done chars:${TEXT.length}`);
  });

  it('streams speech with timings', async () => {
    const elevenlabs = await client();
    let characters = '';
    for await (const part of await elevenlabs.textToSpeech.streamWithTimestamps(RACHEL, request)) {
      characters += part.alignment?.characters.join('') ?? '';
    }
    expect(characters).toBe(TEXT);
  });

  it('lists the voices', async () => {
    const elevenlabs = await client();
    const { voices } = await elevenlabs.voices.getAll();
    expect(voices.map((voice) => voice.voiceId)).toContain(RACHEL);
  });

  it('sees the status and the body of a refusal', async () => {
    const elevenlabs = await client({ vendor: 'tts', kind: 'http_401' });
    await expect(elevenlabs.textToSpeech.stream(RACHEL, request)).rejects.toMatchObject({
      statusCode: 401,
      body: { detail: { status: 'invalid_api_key' } },
    });
  });
});

describe('the scribe client', () => {
  const listening = {
    modelId: 'scribe_v2_realtime',
    audioFormat: AudioFormat.PCM_16000,
    sampleRate: 16_000,
    commitStrategy: CommitStrategy.MANUAL,
  };

  it('completes a session of transcription', async () => {
    const elevenlabs = await client();
    const connection = await elevenlabs.speechToText.realtime.connect(listening);
    const committed: string[] = [];
    await new Promise<void>((resolve) => connection.on(RealtimeEvents.SESSION_STARTED, () => resolve()));
    for (const text of ['book a table', 'for two']) {
      const settled = new Promise<string>((resolve) =>
        connection.on(RealtimeEvents.COMMITTED_TRANSCRIPT, (message) => resolve(message.text)),
      );
      connection.send({ audioBase64: Buffer.from(pcmOf(table, text)).toString('base64') });
      connection.commit();
      committed.push(await settled);
    }
    connection.close();
    expect(committed).toEqual(['book a table', 'for two']);
  });
});
