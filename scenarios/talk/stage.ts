// The emulated vendors behind one loopback port, a cast of its own for every session: the session's id is
// part of the address that its agent calls, so a scenario is chosen for one call and no other. The number
// of casts is bounded; the oldest makes room.
import { ms } from '#agent/core/time.ts';
import { countTokens } from '#agent/providers/tokens.ts';
import { KeyedChance } from '#sim/kernel/random.ts';
import { RealClock } from '#sim/loopback/clock.ts';
import { type HostedVendor, hostVendor } from '#sim/loopback/host.ts';
import { CartesiaEmulator } from '#sim/providers/cartesia/emulator.ts';
import { CerebrasEmulator } from '#sim/providers/cerebras/emulator.ts';
import { ElevenLabsEmulator } from '#sim/providers/elevenlabs/emulator.ts';
import type { Profile } from '#sim/providers/profile.ts';
import { PromptedEar } from '#sim/providers/prompted-ear.ts';
import { Prompter, type Reading } from '#sim/providers/prompter.ts';
import { RecordedVoice, type Saying } from '#sim/providers/recorded-voice.ts';
import { SpeechPress } from '#sim/providers/speech.ts';
import type { Vendor, VendorRequest } from '#sim/providers/vendor.ts';
import { REPLY_RATE, readReplies } from '../speech/reply-pack.ts';
import type { Play } from './play.ts';
import { agentVoiceOf } from './programme.ts';
import { sayingsOf } from './screenplay.ts';

/** Sessions whose casts are kept. */
const CASTS_MAX = 64;

const UNPACK_EVERY_MS = 30;

type Cast = {
  readonly play: Play;
  readonly prompter: Prompter;
  readonly vendors: Readonly<Record<string, Vendor>>;
};

export class Stage {
  readonly #clock = new RealClock();
  readonly #profile: Profile;
  readonly #first: Play;
  readonly #casts = new Map<string, Cast>();
  /** What the agent says in each play, recorded. */
  readonly #sayings = new Map<Play, readonly Saying[]>();
  #host: HostedVendor | undefined;

  /** `first`: what is played to sessions that have chosen nothing. */
  constructor(profile: Profile, first: Play) {
    this.#profile = profile;
    this.#first = first;
  }

  get clock(): RealClock {
    return this.#clock;
  }

  /** Opens the port. Rejects when none can be had. */
  async open(): Promise<void> {
    this.#host = await hostVendor(this.#door, { instant: (run) => this.#clock.instant(run) });
  }

  async close(): Promise<void> {
    await this.#host?.close();
    this.#clock.close();
  }

  /** What is played to this session. */
  playOf(session: string): Play {
    return this.#castOf(session).play;
  }

  /** Line `index` of `play` is due in this session, which changes the play if it has another. */
  cue(session: string, play: Play, index: number, reading: Reading): boolean {
    if (this.#casts.get(session)?.play !== play) this.#keep(session, this.#newCast(play));
    this.#unpack(play);
    return this.#castOf(session).prompter.cue(index, reading);
  }

  /** Variables that lead an agent here. */
  envOf(session: string): Readonly<Record<string, string>> {
    const place = `127.0.0.1:${this.#host?.port ?? 0}`;
    const [ear, voice] = [`ws://${place}/stt/${session}`, `ws://${place}/tts/${session}`];
    return {
      ...this.playOf(session).scenario.env,
      ...NOBODY_ELSE,
      CARTESIA_API_KEY: 'emulated',
      CARTESIA_BASE_URL: ear,
      STT_BASE_URL: ear,
      CEREBRAS_API_KEY: 'emulated',
      LLM_BASE_URL: `http://${place}/llm/${session}/v1`,
      ELEVENLABS_API_KEY: 'emulated',
      ELEVENLABS_BASE_URL: voice,
      TTS_BASE_URL: voice,
    };
  }

  /** Leads each request to the vendor that its path names, in the session that it names. */
  readonly #door: Vendor = {
    name: 'stage',
    upgrade: (request) => {
      const found = this.#find(request);
      return found === undefined ? { kind: 'drop' } : found.vendor.upgrade(found.request);
    },
    exchange: (request, exchange) => {
      const found = this.#find(request);
      if (found === undefined) exchange.destroy();
      else found.vendor.exchange(found.request, exchange);
    },
  };

  #find(request: VendorRequest): { readonly vendor: Vendor; readonly request: VendorRequest } | undefined {
    const [, stage = '', session = '', path = ''] = ADDRESS.exec(request.path) ?? [];
    const vendor = session === '' ? undefined : this.#castOf(session).vendors[stage];
    return vendor === undefined ? undefined : { vendor, request: { ...request, path } };
  }

  #castOf(session: string): Cast {
    const known = this.#casts.get(session);
    if (known !== undefined) return known;
    return this.#keep(session, this.#newCast(this.#first));
  }

  #keep(session: string, cast: Cast): Cast {
    this.#casts.delete(session);
    this.#casts.set(session, cast);
    for (const oldest of this.#casts.keys()) {
      if (this.#casts.size <= CASTS_MAX) break;
      this.#casts.delete(oldest);
    }
    return cast;
  }

  #sayingsOf(play: Play): readonly Saying[] {
    const known = this.#sayings.get(play);
    if (known !== undefined) return known;
    const { scenario } = play;
    const sayings = readReplies(agentVoiceOf(scenario), new Set(sayingsOf(scenario)));
    this.#sayings.set(play, sayings);
    return sayings;
  }

  /** Before the first of them is due, one at a time: together they would hold a call up. */
  #unpack(play: Play): void {
    for (const [index, saying] of this.#sayingsOf(play).entries()) {
      this.#clock.after(ms(UNPACK_EVERY_MS) * index, () => saying.pcm, undefined);
    }
  }

  #newCast(play: Play): Cast {
    const { scenario, lines } = play;
    const chance = new KeyedChance(1, scenario.name);
    const world = { clock: this.#clock, chance, turn: () => 0, note: () => {} };
    const shared = { world, profile: this.#profile };
    const prompter = new Prompter(lines.map(({ take }) => take));
    const sayings = this.#sayingsOf(play);
    // Replies are recorded at one rate; at any other the synthetic voice speaks.
    const press = new SpeechPress(
      true,
      (rate) => new RecordedVoice(rate === REPLY_RATE ? sayings : [], rate),
    );
    return {
      play,
      prompter,
      vendors: {
        stt: new CartesiaEmulator({
          ...shared,
          ear: (rate) => new PromptedEar(prompter, rate, () => this.#clock.now()),
        }),
        llm: new CerebrasEmulator({ ...shared, brain: scenario.brain, countTokens }),
        tts: new ElevenLabsEmulator({ ...shared, press }),
      },
    };
  }
}

/** Which vendors are emulated, and no second ones, whatever the environment says. */
const NOBODY_ELSE = {
  STT_PROVIDER: 'cartesia',
  LLM_PROVIDER: 'cerebras',
  TTS_PROVIDER: 'elevenlabs',
  STT_FALLBACK_BASE_URL: '',
  LLM_FALLBACK_BASE_URL: '',
  TTS_FALLBACK_BASE_URL: '',
};

const ADDRESS = /^\/(stt|llm|tts)\/([\w-]{1,64})(\/.*)$/;
