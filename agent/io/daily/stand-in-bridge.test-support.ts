// A bridge to nowhere: a test says what comes out of the room, and sees what goes into it. Calls of the REST
// API are answered at once, as Daily would, unless the test has another answer.
import type { ToBridge } from '../../transports/daily/bridge-message.ts';
import type { RestAnswer, RestRequest } from '../../transports/daily/rest.ts';
import type { Bridge, BridgeFactory, BridgeHooks } from './bridge.ts';

export class StandInBridge implements Bridge {
  readonly told: ToBridge[] = [];
  readonly spoken: Uint8Array[] = [];
  /** The room. */
  readonly room: BridgeHooks;
  closed = false;

  constructor(hooks: BridgeHooks) {
    this.room = hooks;
    queueMicrotask(() => hooks.message({ type: 'ready' }));
  }

  /** It gets in, and out, wherever it is told to. */
  tell(message: ToBridge): void {
    this.told.push(message);
    if (message.type === 'join') queueMicrotask(() => this.room.message({ type: 'joined' }));
    if (message.type === 'leave') queueMicrotask(() => this.room.message({ type: 'left' }));
  }

  speak(pcm: Uint8Array): void {
    this.spoken.push(pcm);
  }

  close(): void {
    this.closed = true;
  }
}

export class StandInBridges implements BridgeFactory {
  readonly bridges: StandInBridge[] = [];
  closed = false;

  warm(): void {}

  open(hooks: BridgeHooks): StandInBridge {
    const bridge = new StandInBridge(hooks);
    this.bridges.push(bridge);
    return bridge;
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  get last(): StandInBridge {
    const bridge = this.bridges.at(-1);
    if (bridge === undefined) throw new Error('no call has begun yet');
    return bridge;
  }
}

export class StandInApi {
  readonly asked: string[] = [];
  /** In place of what Daily would say. */
  answer: RestAnswer | undefined;

  readonly ask = async ({ method, url, body }: RestRequest): Promise<RestAnswer> => {
    this.asked.push(`${method} ${url.replace(/^.*?\/v1/, '').replace(/parley-[\w-]+/, 'parley-…')}`);
    if (this.answer !== undefined) return this.answer;
    const { name = '' } = body === '' ? {} : (JSON.parse(body) as { readonly name?: string });
    const said = { url: `https://x.daily.co/${name}`, token: 'a-token' };
    return { ok: true, status: 200, headers: {}, body: JSON.stringify(said) };
  };
}
