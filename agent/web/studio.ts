// The one call of the page with its sound and its words: begins it, mutes it, lets a recording speak in it,
// and ends it. It holds what is going on and asks others to draw it.
import { Call, type CallState, fieldOf, type Message, type Transport } from './call.ts';
import type { Demo } from './demo.ts';
import { fillDevices } from './device.ts';
import { byId, say } from './dom.ts';
import { Sound } from './sound.ts';
import { playCaller } from './stand-in.ts';
import { showState } from './state.ts';
import { type Said, Transcript } from './transcript.ts';
import { TranscriptView } from './transcript-view.ts';

/** After an interruption the agent needs a moment to settle what was heard. */
const SETTLED_MS = 700;

export class Studio {
  readonly #transcript = new Transcript();
  readonly #view = new TranscriptView(byId('entries'));
  #sound: Sound | undefined;
  #call: Call | undefined;
  #demo: Demo | undefined;
  #play: AbortController | undefined;
  #answering = false;
  #bytes = { sent: 0, received: 0 };
  #returns = 0;
  /** When the caller began to speak over the agent, at this device. */
  #overAt: number | undefined;
  /** When the agent fell silent. */
  #silentAt: number | undefined;

  get sound(): Sound | undefined {
    return this.#sound;
  }

  follow(demo: Demo): void {
    this.#demo = demo;
  }

  notice(text: string): void {
    say(byId('notice'), text);
    byId('notice').hidden = text === '';
  }

  /** Begins a call with the microphone, or ends the one there is. */
  async toggle(): Promise<void> {
    if (this.#call !== undefined) return this.#call.hangUp();
    await this.#begin(true);
  }

  /** Lets the recorded caller have the whole conversation; or takes over from it. */
  async togglePlay(): Promise<void> {
    const demo = this.#demo;
    if (this.#play !== undefined) return this.#stopPlay();
    if (demo === undefined) return;
    if (this.#call === undefined && !(await this.#begin(false))) return;
    const play = new AbortController();
    this.#play = play;
    this.#show();
    const sound = this.#sound;
    if (sound === undefined) return;
    // Between the lines nobody else is to be heard.
    sound.muted = sound.listening;
    this.#show();
    await playCaller(
      demo.lines,
      {
        audible: () => sound.ear.audible,
        answering: () => this.#answering,
        lastHeard: () => sound.ear.lastLoud,
        say: (index) => this.#say(index),
      },
      play.signal,
    );
    if (play.signal.aborted) return;
    this.#play = undefined;
    this.#call?.hangUp();
    this.notice('That was the whole conversation. Play it again, choose another one, or talk yourself.');
  }

  /** Line `index` of the script, said by its recording, whatever is going on: over the agent too. */
  async sayLine(index: number): Promise<void> {
    this.#stopPlay();
    if (this.#call === undefined && !(await this.#begin(false))) return;
    await this.#say(index);
  }

  toggleMute(): void {
    const sound = this.#sound;
    if (sound === undefined) return;
    sound.muted = !sound.muted;
    this.#show();
  }

  /** True when it was sent. */
  type(text: string): boolean {
    if (text.trim() === '') return false;
    if (this.#call?.ready !== true) {
      this.notice('Begin the call first: then what you type is answered.');
      return false;
    }
    this.#call.tell('send-text', { content: text.trim() });
    return true;
  }

  breakOff(): void {
    this.#call?.breakOff();
  }

  async useMicrophone(id: string): Promise<void> {
    if (this.#sound?.listening === true) await this.#listen(this.#sound, id);
  }

  async useSpeaker(id: string): Promise<void> {
    const context = this.#sound?.context as
      | (AudioContext & { setSinkId?(id: string): Promise<void> })
      | undefined;
    await context?.setSinkId?.(id).catch(() => this.notice('This loudspeaker cannot be used.'));
  }

  figures(): readonly (readonly [string, string])[] {
    const seconds = (value = 0): string => `${value.toFixed(1)} s`;
    const { mouth, ear } = this.#sound ?? {};
    const decibels =
      ear === undefined || ear.loudest === 0 ? 'silent' : `${(20 * Math.log10(ear.loudest)).toFixed(0)} dB`;
    return [
      ['You were heard for', seconds(mouth?.secondsHeard)],
      ['The agent was heard for', seconds(ear?.secondsHeard)],
      ['Its loudest sample', decibels],
      ['Sent as messages', `${(this.#bytes.sent / 1_000).toFixed(0)} kB`],
      ['Received as messages', `${(this.#bytes.received / 1_000).toFixed(0)} kB`],
      ['Returns after a break', String(this.#returns)],
      ['Session', this.#call?.session ?? 'none'],
    ];
  }

  /** True when the call is ready. */
  async #begin(withMicrophone: boolean): Promise<boolean> {
    this.notice('');
    this.#transcript.clear();
    this.#draw();
    showState({ kind: 'connecting' });
    try {
      this.#sound ??= await this.#openSound();
      await this.#sound.context.resume();
    } catch (error) {
      showState({ kind: 'ended', reason: `This browser gives no sound: ${String(error)}`, failed: true });
      return false;
    }
    const sound = this.#sound;
    if (withMicrophone) await this.#listen(sound, byId<HTMLSelectElement>('microphone').value);
    else sound.deafen();
    const transport = byId<HTMLSelectElement>('transport').value as Transport;
    const ready = Promise.withResolvers<boolean>();
    const call = new Call(
      { transport, microphone: sound.outgoing },
      {
        state: (state) => {
          this.#stated(state);
          if (state.kind === 'ended') ready.resolve(false);
        },
        message: (message) => this.#told(message),
        heard: (pcm, rate) => {
          this.#bytes.received += pcm.byteLength;
          sound.heard(pcm, rate);
        },
        stream: (stream) => sound.attach(stream),
        ready: (again) => {
          void this.#ready(call, again);
          ready.resolve(true);
        },
      },
    );
    this.#call = call;
    this.#show();
    await call.start(async (session) => this.#demo?.cue(session, 0, 'voice'));
    return ready.promise;
  }

  #openSound(): Promise<Sound> {
    return Sound.open({
      captured: (pcm) => {
        if (this.#call?.ready === true) this.#bytes.sent += pcm.byteLength;
        this.#call?.speak(pcm);
      },
      mouth: {
        began: (at) => {
          if (this.#sound?.ear.audible === true) this.#overAt = at;
        },
        ended: () => {},
      },
      ear: { began: (at) => this.#agentAudible(at), ended: (at) => this.#agentSilent(at) },
    });
  }

  /** Without a microphone the call goes on: one can type, or let the recording speak. */
  async #listen(sound: Sound, device: string): Promise<void> {
    try {
      await sound.listen(device);
      void fillDevices();
    } catch (error) {
      const why =
        error instanceof DOMException && error.name === 'NotAllowedError' ? 'not allowed' : 'not there';
      const instead =
        this.#demo === undefined ? 'You can type instead.' : 'Play the caller, or type instead.';
      this.notice(`The microphone is ${why}, so you cannot be heard. ${instead}`);
    }
  }

  async #ready(call: Call, again: boolean): Promise<void> {
    void call.request('watch-turns');
    if (!again) return;
    this.#returns += 1;
    const history = historyOf(await call.request('get-history'));
    if (history === undefined) return;
    this.#transcript.restore(history);
    this.#draw();
  }

  async #say(index: number): Promise<void> {
    const [call, sound, demo] = [this.#call, this.#sound, this.#demo];
    const session = call?.session;
    if (sound === undefined || demo === undefined || session === undefined) return;
    const clip = await demo.recordingOf(index, sound.context);
    await demo.cue(session, index, 'clip');
    await sound.say(clip);
  }

  #stopPlay(): void {
    this.#play?.abort();
    this.#play = undefined;
    this.#sound?.hush();
    this.#show();
  }

  #told(message: Message): void {
    const { type, data } = message;
    if (type === 'bot-started-speaking') this.#answering = true;
    if (type === 'bot-stopped-speaking') this.#answering = false;
    if (type === 'bot-interrupted') void this.#interrupted();
    if (type === 'user-llm-text') this.#demo?.heard(String(fieldOf(data, 'text')));
    if (type === 'error') this.notice(`The agent reports: ${String(fieldOf(data, 'error'))}`);
    if (this.#transcript.take(message)) this.#draw();
    this.#stopped();
  }

  /** What has not sounded is dropped, and the agent is told how much that was. */
  async #interrupted(): Promise<void> {
    this.#answering = false;
    const ms = await this.#sound?.flush();
    this.#call?.tell('client-message', { t: 'unplayed-audio', d: { ms: ms ?? 0 } });
    await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
    const history = historyOf(await this.#call?.request('get-history', { last: 6 }));
    if (history !== undefined && this.#transcript.correct(history)) this.#draw();
  }

  /** From the caller's last sound to this. */
  #agentAudible(at: number): void {
    const entry = this.#transcript.lastOfAgent;
    const spoke = this.#sound?.mouth.lastLoud ?? Number.NEGATIVE_INFINITY;
    if (entry === undefined || entry.earMs !== undefined || !Number.isFinite(spoke)) return;
    if (entry.done || spoke >= at) return;
    entry.earMs = at - spoke;
    this.#draw();
  }

  /** The agent falls silent at the first word already, and calls it an interruption a little later. */
  #agentSilent(at: number): void {
    this.#silentAt = at;
    this.#stopped();
  }

  #stopped(): void {
    const entry = this.#transcript.lastOfAgent;
    const [overAt, silentAt] = [this.#overAt, this.#silentAt];
    if (entry?.interrupted !== true || entry.stoppedMs !== undefined) return;
    if (overAt === undefined || silentAt === undefined || silentAt < overAt) return;
    entry.stoppedMs = silentAt - overAt;
    this.#overAt = undefined;
    this.#draw();
  }

  #stated(state: CallState): void {
    if (state.kind === 'ended') {
      this.#call = undefined;
      this.#answering = false;
      this.#stopPlay();
      this.#sound?.silence();
      this.#sound?.deafen();
    }
    showState(state);
    this.#show();
  }

  #show(): void {
    const [busy, playing] = [this.#call !== undefined, this.#play !== undefined];
    say(byId('connect'), busy ? 'Hang up' : 'Talk');
    byId('connect').classList.toggle('leave', busy);
    say(byId('play-caller'), playing ? 'Stop the caller' : 'Play the caller');
    const mute = byId<HTMLButtonElement>('mute');
    mute.disabled = this.#sound?.listening !== true;
    mute.setAttribute('aria-pressed', String(this.#sound?.muted === true));
    byId<HTMLSelectElement>('transport').disabled = busy;
    byId<HTMLButtonElement>('break').disabled = !busy;
    if (this.#demo !== undefined) this.#demo.locked = busy;
  }

  #draw(): void {
    this.#view.draw(this.#transcript.entries);
    byId('empty').hidden = this.#transcript.entries.length > 0;
  }
}

function historyOf(answer: unknown): readonly Said[] | undefined {
  const messages = fieldOf(answer, 'messages');
  return Array.isArray(messages) ? (messages as readonly Said[]) : undefined;
}
