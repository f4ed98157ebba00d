// The agent in a room: a page between the call and the agent's process, as `bridge-message.ts` says. Whoever
// comes first is the caller; others are not listened to. It ends with its WebSocket, and decides nothing.
import type { FromBridge, ToBridge } from '../../transports/daily/bridge-message.ts';
import type { Call, MakeCall } from './call.ts';
import { RoomSound } from './sound.ts';

export function runBridge(makeCall: MakeCall): void {
  const id = new URLSearchParams(location.search).get('call');
  const socket = new WebSocket(new URL(`socket/${id}`, location.href).href.replace(/^http/, 'ws'));
  socket.binaryType = 'arraybuffer';
  const say = (message: FromBridge): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const bridge = new Bridge(makeCall, socket, say);
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === 'string') bridge.obey(JSON.parse(data) as ToBridge);
    else bridge.speak(data);
  };
  socket.onopen = () => say({ type: 'ready' });
}

class Bridge {
  readonly #makeCall: MakeCall;
  readonly #socket: WebSocket;
  readonly #say: (message: FromBridge) => void;
  #call: Call | undefined;
  #sound: RoomSound | undefined;
  #joined = false;
  #caller: string | undefined;
  #leaving = false;

  constructor(makeCall: MakeCall, socket: WebSocket, say: (message: FromBridge) => void) {
    this.#makeCall = makeCall;
    this.#socket = socket;
    this.#say = say;
  }

  obey(message: ToBridge): void {
    switch (message.type) {
      case 'join':
        return void this.#join(message);
      case 'tell':
        return this.#tell(message.data);
      case 'leave':
        return void this.#leave();
    }
  }

  speak(bytes: ArrayBuffer): void {
    this.#sound?.speak(new Int16Array(bytes));
  }

  #heard(pcm: Int16Array<ArrayBuffer>): void {
    if (this.#joined && this.#socket.readyState === WebSocket.OPEN) this.#socket.send(pcm);
  }

  async #join({ url, token, name, rate }: ToBridge & { type: 'join' }): Promise<void> {
    try {
      const sound = await RoomSound.open(rate, (pcm) => this.#heard(pcm));
      this.#sound = sound;
      const call = this.#makeCall();
      this.#call = call;
      this.#listen(call);
      await call.join({
        url,
        ...(token === undefined ? {} : { token }),
        userName: name,
        audioSource: sound.voice,
        videoSource: false,
        startVideoOff: true,
      });
      this.#joined = true;
      this.#say({ type: 'joined' });
      for (const { local, session_id: id, tracks } of Object.values(call.participants())) {
        if (!local) this.#met(id, tracks?.audio?.persistentTrack);
      }
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : JSON.stringify(error));
    }
  }

  #listen(call: Call): void {
    call.on('participant-joined', ({ participant }) => {
      if (participant?.local === false && this.#joined) this.#met(participant.session_id);
    });
    call.on('participant-left', ({ participant }) => {
      if (participant?.session_id !== this.#caller || this.#caller === undefined) return;
      this.#sound?.listen(undefined);
      this.#say({ type: 'caller-left' });
    });
    call.on('track-started', ({ participant, track, type }) => {
      if (participant?.local !== false || type !== 'audio' || !this.#joined) return;
      this.#met(participant.session_id, track);
    });
    call.on('track-stopped', ({ participant, type }) => {
      if (participant?.session_id === this.#caller && type === 'audio') this.#sound?.listen(undefined);
    });
    call.on('app-message', ({ data, fromId }) => {
      if (fromId === this.#caller) this.#say({ type: 'heard', data: JSON.stringify(data) });
    });
    call.on('error', ({ errorMsg }) => this.#fail(errorMsg ?? 'no reason was given'));
    call.on('left-meeting', () => {
      if (!this.#leaving) this.#fail('the agent was thrown out of the room');
    });
  }

  #met(id: string, track?: MediaStreamTrack): void {
    if (this.#caller === undefined) {
      this.#caller = id;
      this.#say({ type: 'caller', id });
    }
    if (id === this.#caller && track !== undefined) this.#sound?.listen(track);
  }

  #tell(data: string): void {
    const caller = this.#caller;
    if (caller === undefined) return;
    try {
      this.#call?.sendAppMessage(JSON.parse(data), caller);
    } catch (error) {
      this.#say({ type: 'untold', reason: error instanceof Error ? error.message : String(error) });
    }
  }

  async #leave(): Promise<void> {
    this.#leaving = true;
    try {
      await this.#call?.leave();
    } catch {
      // Whoever cannot leave was not in.
    }
    this.#say({ type: 'left' });
  }

  /** Once: a join that fails is told twice. */
  #fail(reason: string): void {
    if (this.#leaving) return;
    this.#leaving = true;
    this.#say({ type: 'failed', reason: reason.slice(0, 1_000) });
  }
}
