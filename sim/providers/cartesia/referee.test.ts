// The unmodified `@cartesia/cartesia-js` client against the emulator on a real port: recogniser and
// voice. Its voice socket insists on TLS, so it is handed a plain connection. It finds `ws`, and with it
// the right to set headers and connections, only when it is loaded as CommonJS.
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import type { Cartesia as CartesiaClient } from '@cartesia/cartesia-js';
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultSpec } from '../fault.ts';
import { bytesOf, recordings } from '../recording.test-support.ts';
import { Stage } from '../stage.test-support.ts';
import { CartesiaEmulator } from './emulator.ts';

const { Cartesia }: typeof import('@cartesia/cartesia-js') = createRequire(import.meta.url)(
  '@cartesia/cartesia-js',
);
const table = recordings('book a table', 'for two');
const listening = { model: 'ink-whisper', encoding: 'pcm_s16le', sample_rate: 16_000 } as const;

let stage = new Stage();
afterEach(() => stage.close());

async function client(...faults: FaultSpec[]): Promise<{ cartesia: CartesiaClient; port: number }> {
  stage = new Stage();
  const vendor = new CartesiaEmulator({ world: stage, profile: stage.profile(...faults), recogniser: table });
  const { url, port } = await stage.host(vendor);
  return { cartesia: new Cartesia({ apiKey: 'sk_car_test', baseURL: url }), port };
}

describe('the cartesia client', () => {
  it('completes a session of transcription', async () => {
    const { cartesia } = await client();
    const socket = cartesia.stt.manualFinalize.websocket(listening);
    const types: string[] = [];
    let text = '';
    for (const said of ['book a table', 'for two']) {
      socket.sendRaw(bytesOf(table, said));
      socket.send('finalize');
    }
    socket.send('close');
    for await (const event of socket.stream()) {
      if (event.type !== 'message') continue;
      types.push(event.message.type);
      if (event.message.type === 'transcript' && event.message.is_final) text += event.message.text;
    }
    expect(text).toBe('book a table for two');
    expect(types.filter((type) => type !== 'transcript')).toEqual(['flush_done', 'flush_done', 'done']);
  });

  it('completes a turn that it is told of', async () => {
    const { cartesia } = await client();
    const socket = cartesia.stt.autoFinalize.websocket({ ...listening, model: 'ink-2' });
    const types: string[] = [];
    let text = '';
    socket.sendRaw(bytesOf(table, 'book a table'));
    socket.send({ type: 'close' });
    for await (const event of socket.stream()) {
      if (event.type !== 'message') continue;
      types.push(event.message.type);
      if (event.message.type === 'turn.end') text = event.message.transcript;
    }
    expect(text).toBe('book a table');
    expect(types.filter((type) => type !== 'turn.update')).toEqual(['connected', 'turn.start', 'turn.end']);
  });

  it('learns that it was refused', async () => {
    const { cartesia } = await client({ vendor: 'stt', kind: 'http_429' });
    const socket = cartesia.stt.manualFinalize.websocket(listening);
    const message = await new Promise<string>((resolve) =>
      socket.on('error', (error) => resolve(error.message)),
    );
    expect(message).toContain('429');
  });

  it('completes a context of speech, with words and audio', async () => {
    const { cartesia, port } = await client();
    const socket = await cartesia.tts.websocket({ createConnection: () => connect(port, '127.0.0.1') });
    const context = socket.context({
      model_id: 'sonic-3.5',
      voice: { mode: 'id', id: 'a-voice' },
      output_format: { container: 'raw', encoding: 'pcm_f32le', sample_rate: 24_000 },
      add_timestamps: true,
    });
    await context.push({ transcript: 'Hello there. ' });
    await context.push({ transcript: 'See you soon.', flush: true });
    await context.no_more_inputs();
    const words: string[] = [];
    const types = new Set<string>();
    let bytes = 0;
    for await (const event of context.receive({ timeout: 5_000 })) {
      types.add(event.type);
      if (event.type === 'chunk') bytes += Buffer.from(event.data, 'base64').length;
      if (event.type === 'timestamps') words.push(...(event.word_timestamps?.words ?? []));
    }
    socket.close();
    expect(words).toEqual(['Hello', 'there.', 'See', 'you', 'soon.']);
    expect(bytes).toBeGreaterThan(24_000 * 4);
    expect([...types].sort()).toEqual(['chunk', 'done', 'flush_done', 'timestamps']);
  });
});
