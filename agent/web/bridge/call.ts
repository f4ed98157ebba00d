// What the bridge needs of a call in a room, and no more: the call object of `@daily-co/daily-js` is one, and
// so is what stands in for it in tests. Events carry more than is read here.

export type Participant = {
  readonly session_id: string;
  readonly local: boolean;
  readonly tracks?: { readonly audio?: { readonly persistentTrack?: MediaStreamTrack } };
};

export type CallEvent =
  | 'participant-joined'
  | 'participant-left'
  | 'track-started'
  | 'track-stopped'
  | 'app-message'
  | 'left-meeting'
  | 'error';

/** Members of the events, each where its kind has it. */
export type CallEventBody = {
  readonly action?: string;
  readonly participant?: Participant | null;
  readonly track?: MediaStreamTrack;
  /** Of a track: `audio` is the microphone. */
  readonly type?: string;
  readonly data?: unknown;
  readonly fromId?: string;
  readonly errorMsg?: string;
};

export type JoinOptions = {
  readonly url: string;
  readonly token?: string;
  readonly userName: string;
  /** What is heard as this side's microphone. */
  readonly audioSource: MediaStreamTrack;
  readonly videoSource: false;
  readonly startVideoOff: true;
};

export interface Call {
  on(event: CallEvent, handler: (body: CallEventBody) => void): unknown;
  /** Rejects when the room cannot be entered. */
  join(options: JoinOptions): Promise<unknown>;
  participants(): Readonly<Record<string, Participant>>;
  /** Throws when the message is larger than the domain allows. `to`: a session id. */
  sendAppMessage(data: unknown, to: string): unknown;
  leave(): Promise<unknown>;
}

export type MakeCall = () => Call;
