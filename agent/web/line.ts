// The way to the agent, whatever carries it: messages and sound both ways. A line tells once that it is
// open and once that it is over.

export interface Line {
  send(json: string): void;
  /** One frame of the microphone, 16 kHz; a line with a media path of its own takes none. */
  speak(pcm: Int16Array<ArrayBuffer>): void;
  /** Hangs up. */
  close(): void;
  /** Falls silent without a word, as a line does whose network is gone. */
  drop(): void;
}

export type LineHooks = {
  opened(): void;
  message(json: string): void;
  /** Sound of the agent in pieces … */
  heard(pcm: Int16Array<ArrayBuffer>, rate: number): void;
  /** … or as a stream. */
  stream(stream: MediaStream): void;
  /** `clean`: the agent has hung up; otherwise the connection broke, or never stood. */
  closed(clean: boolean, reason: string): void;
};
