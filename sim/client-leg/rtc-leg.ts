// A caller on WebRTC: voice both ways as packets that may be late or lost, messages beside it on an
// ordered channel, all over the same two links. The agent's voice waits in the browser's jitter buffer;
// the caller's goes to the recogniser in order, with its gaps.
import { LIMITS } from '#agent/core/limit.ts';
import { isAudible } from '#agent/core/playout/audible.ts';
import { type Micros, ms } from '#agent/core/time.ts';
import { GapVoice } from '#agent/media/gap-voice.ts';
import { delayMsOf } from '#agent/media/jitter-buffer/statistic.ts';
import { Renderer } from '#agent/media/renderer.ts';
import type { CallerClient, CallerClientHooks } from '../caller/client/client.ts';
import { RtcCallerClient } from '../caller/client/rtc-client.ts';
import type { Drop } from '../caller/outage.ts';
import { MIC_RATE } from '../caller/utterance.ts';
import type { Clock } from '../kernel/clock.ts';
import type { NetworkFact } from '../kernel/fact.ts';
import type { Link } from '../network/link.ts';
import { controlChannel } from '../network/rtc/control-channel.ts';
import type { RtcSettings } from '../network/rtc/option.ts';
import { OrderedStream } from '../network/rtc/ordered-stream.ts';
import { RtcStream } from '../network/rtc/stream.ts';
import type { WireTap } from '../network/socket-leg.ts';
import type { Duplex } from '../network/stream.ts';
import { DelayMeter } from './delay-meter.ts';
import { HeardFrames, type SentFrame } from './heard-frame.ts';
import { type ClientLeg, type LegEnds, RETRY_US } from './leg.ts';

const FRAME_US = ms(20);
/** The same on the 48 kHz clock of the jitter buffer. */
const FRAME_SAMPLES = 960;
/** Frames of the caller's that are a whole number of the windows in which sound is known. */
const FRAMES_ALIGNED = 8;
/** Offer, answer and first checks: about two round trips before the channel opens. */
const SIGNAL_BYTES = 2_000;
const CLOSE_BYTES = 50;

export type RtcLegOptions = {
  readonly clock: Clock;
  readonly up: Link;
  readonly down: Link;
  readonly settings: RtcSettings;
  readonly seed: number;
  readonly playerRate: number;
  readonly tap: WireTap;
  readonly place: number;
  readonly ends: LegEnds;
};

export class RtcLeg implements ClientLeg {
  readonly #options: RtcLegOptions;
  readonly #control: Duplex;
  readonly #uplink: OrderedStream;
  readonly #downlink: RtcStream<SentFrame>;
  readonly #frames: HeardFrames;
  readonly #gaps = new GapVoice(MIC_RATE);
  readonly #silence: Uint8Array;
  #client: RtcCallerClient | undefined;
  #hooks: CallerClientHooks | undefined;
  /** Frames of the agent's that wait for the sender's next beat. */
  #waiting: Uint8Array[] = [];
  #leaving: SentFrame | undefined;
  readonly #delayUp = new DelayMeter();
  #open = false;
  #broken = false;
  /** Frames of the caller's that never came since the connection broke; undefined while it holds. */
  #missed: number | undefined;

  constructor(options: RtcLegOptions) {
    const { clock, settings, seed, playerRate } = options;
    const [up, down] = [this.#breakable(options.up), this.#breakable(options.down)];
    this.#options = options;
    this.#control = controlChannel({ clock, up, down });
    this.#frames = new HeardFrames(playerRate);
    this.#silence = new Uint8Array((playerRate / 50) * 2);
    this.#uplink = new OrderedStream({
      clock,
      settings,
      link: up,
      back: down,
      seed,
      name: 'voice/up',
      deliver: (pcm) => this.#atAgent(pcm),
    });
    const renderer = new Renderer<SentFrame>(playerRate, settings.jitter, ({ pcm }) => pcm);
    this.#downlink = new RtcStream<SentFrame>({
      clock,
      settings,
      link: this.#watched(down),
      back: up,
      seed,
      name: 'voice/down',
      play: (pieces) => {
        const piece = this.#frames.piece(renderer.render(pieces), clock.now(), pieces);
        this.#hooks?.heard(piece);
      },
    });
  }

  client(hooks: CallerClientHooks): CallerClient {
    this.#hooks = hooks;
    const { ends, tap, place } = this.#options;
    const atAgent = (json: string) => {
      tap(place, json);
      ends.agentHears(json);
    };
    this.#client = new RtcCallerClient(
      {
        sendFrame: (pcm) => {
          this.#delayUp.sent(this.#options.clock.now());
          this.#uplink.sendFrame(pcm, isAudible(pcm));
        },
        sendMessage: (json) => this.#control.up.write(json.length, atAgent, json),
        close: () => {
          this.#control.up.write(CLOSE_BYTES, () => ends.agentClosed('hung up'), undefined);
          this.#stop();
        },
      },
      hooks,
    );
    return this.#client;
  }

  open(): void {
    const { ends } = this.#options;
    const answered = () => {
      ends.agentOpened();
      this.#open = true;
      this.#downlink.open();
      this.#beat();
      this.#control.down.write(SIGNAL_BYTES, () => ends.callerOpened(), undefined);
    };
    this.#control.up.write(SIGNAL_BYTES, answered, undefined);
  }

  send(data: string | Uint8Array): void {
    if (typeof data !== 'string') return;
    const { tap, place } = this.#options;
    const atCaller = (json: string) => {
      tap(place + 1, json);
      this.#client?.receive(json);
    };
    this.#control.down.write(data.length, atCaller, data);
  }

  media(pcm: Uint8Array): void {
    this.#waiting.push(pcm);
  }

  close(code: number, reason: string): void {
    const { ends } = this.#options;
    this.#control.down.write(CLOSE_BYTES, () => ends.callerClosed(code, reason), undefined);
    this.#stop();
  }

  /** Every packet is lost, both ways; then the client makes a new peer connection under the same session. */
  drop({ forUs, reset }: Drop): void {
    const { clock, ends } = this.#options;
    if (this.#broken || !this.#open) return;
    this.#broken = true;
    this.#missed = 0;
    this.#waiting = [];
    const noticed = () => {
      if (this.#broken) ends.agentLost(reset ? 'the peer connection failed' : 'no sign of life');
    };
    clock.after(reset ? 0 : LIMITS.clientDeadAfterUs, noticed, undefined);
    const online = () => {
      this.#broken = false;
      ends.callerOnline();
      this.#offer();
    };
    clock.after(forUs, online, undefined);
  }

  facts(t: Micros): readonly NetworkFact[] {
    const traffic = { t, who: 'network', what: 'traffic', resent: 0, stalls: 0 } as const;
    const voice = { t, who: 'network', what: 'voice', codec: 'opus-wb-vbr-13' } as const;
    const { frames, gaps, gapBursts } = this.#uplink.statistics;
    const heard = this.#downlink.statistics;
    const made = heard.totalSamplesReceived - heard.idleSamples;
    return [
      {
        ...traffic,
        direction: 'up',
        bytes: this.#uplink.bytesSent,
        packets: this.#uplink.packetsSent,
      },
      {
        ...traffic,
        direction: 'down',
        bytes: this.#downlink.bytesSent,
        packets: this.#downlink.packetsSent,
      },
      {
        ...voice,
        direction: 'up',
        expected: frames + gaps,
        lost: gaps,
        bursts: gapBursts,
        delayUs: this.#delayUp.meanUs + FRAME_US,
        bufferUs: 0,
      },
      {
        ...voice,
        direction: 'down',
        expected: Math.round(made / FRAME_SAMPLES),
        lost: Math.round(heard.concealedSamples / FRAME_SAMPLES),
        bursts: heard.concealmentEvents,
        delayUs: this.#frames.delay.meanUs,
        bufferUs: ms(delayMsOf(heard)),
      },
    ];
  }

  /** The sender's clock never stops: silence is sent like speech, or the far end's clock would drift. */
  readonly #beat = (): void => {
    if (!this.#open) return;
    this.#options.clock.after(FRAME_US, this.#beat, undefined);
    const speech = this.#waiting.shift();
    this.#leaving = this.#frames.leaving(speech ?? this.#silence, this.#options.clock.now());
    this.#downlink.sendFrame(this.#leaving, speech !== undefined);
    this.#leaving = undefined;
  };

  /** Offer and answer again. */
  #offer(): void {
    const { clock, ends } = this.#options;
    const answered = () => {
      const welcome = ends.agentBack();
      if (welcome === 'busy') return void clock.after(RETRY_US, () => this.#offer(), undefined);
      const told = () => (welcome === 'back' ? ends.callerReturned() : ends.callerClosed(1006, 'refused'));
      this.#control.down.write(SIGNAL_BYTES, told, undefined);
    };
    this.#control.up.write(SIGNAL_BYTES, answered, undefined);
  }

  /** A link that lets nothing through while the connection is broken. */
  #breakable(link: Link): Link {
    return { transmit: (now, bytes) => (this.#broken ? undefined : link.transmit(now, bytes)) };
  }

  #atAgent(pcm: Uint8Array | undefined): void {
    // A new stream does not make up what an old one lost; only what keeps the windows whole.
    if (this.#missed !== undefined && pcm === undefined) {
      this.#missed += 1;
      return;
    }
    // What left before the break still arrives.
    if (this.#missed !== undefined && !this.#broken) {
      const owed = this.#missed % FRAMES_ALIGNED;
      this.#missed = undefined;
      for (let count = 0; count < owed; count += 1) this.#pass(undefined);
    }
    this.#pass(pcm);
  }

  #pass(pcm: Uint8Array | undefined): void {
    const { clock, tap, place, ends } = this.#options;
    this.#delayUp.arrived(clock.now());
    const sound = pcm === undefined ? this.#gaps.missed(MIC_RATE / 50) : this.#gaps.heard(pcm);
    tap(place, sound);
    ends.agentHearsMedia(sound);
  }

  /** The down link, noting when each frame will arrive: the sender's latest frame is on it. */
  #watched(link: Link): Link {
    return {
      transmit: (now, bytes) => {
        const arrivesUs = link.transmit(now, bytes);
        if (this.#leaving !== undefined) this.#leaving.arrivedUs = arrivesUs;
        return arrivesUs;
      },
    };
  }

  #stop(): void {
    this.#open = false;
    this.#uplink.close();
    this.#downlink.close();
  }
}
