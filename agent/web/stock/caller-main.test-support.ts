// A page as an app of the stock client's would be: the unmodified packages and a button's worth of code. Its
// microphone says what the test tells it to, and everything that goes to the loudspeaker is measured on the
// way. The test reaches it as `stock` of the window.
import { PipecatClient, type Transport } from '@pipecat-ai/client-js';
import { WavMediaManager as PeerMedia, SmallWebRTCTransport } from '@pipecat-ai/small-webrtc-transport';
import { WavMediaManager, WebSocketTransport } from '@pipecat-ai/websocket-transport';

const MIC_RATE = 16_000;
/** Longer than the measured piece, which is 21 ms at 48 kHz. */
const LOOK_EVERY_MS = 20;

/** How loud it was at the loudspeaker, root mean square of samples from -1 to 1. */
const levels: { readonly atMs: number; readonly level: number }[] = [];
/** What the client's callbacks were told. */
const told: (readonly [name: string, data?: unknown])[] = [];
const complaints: string[] = [];

listenAtLoudspeakers();
const say = speakAsMicrophone();
let client: PipecatClient | undefined;

const TRANSPORTS: Readonly<Record<string, () => Transport>> = {
  websocket: () => new WebSocketTransport({ mediaManager: new WavMediaManager(512, MIC_RATE) }),
  // Its default media manager loads a script from c.daily.co; this one is in the same package.
  webrtc: () => new SmallWebRTCTransport({ mediaManager: new PeerMedia() }),
};

/** Resolves when the bot is ready. */
async function start(transport: string): Promise<void> {
  const made = TRANSPORTS[transport]?.();
  if (made === undefined) throw new Error(`no transport ${transport}`);
  const note = (name: string) => (data?: unknown) => void told.push([name, data]);
  client = new PipecatClient({
    transport: made,
    enableMic: true,
    enableCam: false,
    callbacks: {
      onConnected: note('connected'),
      onDisconnected: note('disconnected'),
      onUserTranscript: note('transcript'),
      onBotStartedSpeaking: note('bot-started'),
      onBotStoppedSpeaking: note('bot-stopped'),
      onBotTtsText: note('tts-text'),
      onError: (message) => void complaints.push(JSON.stringify(message.data)),
      onTrackStarted: (track, participant) => {
        if (participant?.local !== true && track.kind === 'audio') play(track);
      },
    },
  });
  await client.startBotAndConnect({ endpoint: `${location.origin}/start`, requestData: { transport } });
}

/** As an app plays a track. */
function play(track: MediaStreamTrack): void {
  const stream = new MediaStream([track]);
  const element = new Audio();
  element.srcObject = stream;
  element.muted = true;
  void element.play();
  const context = new AudioContext();
  context.createMediaStreamSource(stream).connect(context.destination);
}

function listenAtLoudspeakers(): void {
  const ears = new Map<BaseAudioContext, AnalyserNode>();
  const { connect } = AudioNode.prototype;
  const connectAndListen = function (this: AudioNode, target: AudioNode | AudioParam, ...ports: number[]) {
    if (target instanceof AudioDestinationNode) {
      const ear = ears.get(target.context) ?? target.context.createAnalyser();
      ear.fftSize = 1_024;
      ears.set(target.context, ear);
      Reflect.apply(connect, this, [ear]);
    }
    return Reflect.apply(connect, this, [target, ...ports]);
  };
  AudioNode.prototype.connect = connectAndListen as typeof connect;
  const samples = new Float32Array(1_024);
  setInterval(() => {
    let level = 0;
    for (const ear of ears.values()) {
      ear.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      level = Math.max(level, Math.sqrt(power));
    }
    levels.push({ atMs: performance.now(), level });
  }, LOOK_EVERY_MS);
}

/** Puts itself in the place of the microphone; what it returns says PCM s16le at 16 kHz, in base64. */
function speakAsMicrophone(): (pcm: string) => number {
  const context = new AudioContext();
  const room = context.createMediaStreamDestination();
  navigator.mediaDevices.getUserMedia = async () => room.stream.clone();
  return (pcm) => {
    const bytes = Uint8Array.from(atob(pcm), (sign) => sign.charCodeAt(0));
    const sound = Float32Array.from(new Int16Array(bytes.buffer), (sample) => sample / 32_768);
    const buffer = context.createBuffer(1, sound.length, MIC_RATE);
    buffer.copyToChannel(sound, 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(room);
    source.start();
    return 1_000 * buffer.duration;
  };
}

Object.assign(window, {
  stock: {
    start,
    say,
    levels,
    told,
    complaints,
    leave: () => client?.disconnect(),
    state: () => client?.state,
  },
});
