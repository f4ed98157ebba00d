// Where conversations are kept beside memory, for the case that a process ends in the middle of a call. A
// store knows texts under keys, and whose they are: a process whose caller has gone on elsewhere can neither
// overwrite nor delete what the other one keeps now. What is kept is not encrypted: that is up to the disk or
// the Redis.

/** A text and its owner, kept for `ttlMs` after each save. */
export type Entry = {
  readonly key: string;
  readonly owner: string;
  readonly text: string;
  readonly ttlMs: number;
};

/** Every method rejects when the store is out of reach; the message names it without any password. */
export interface ConversationStore {
  /** Puts the text in place of the one before. False, and nothing is done, when it is another's now. */
  save(entry: Entry): Promise<boolean>;
  /** The text, which is `owner`'s from now on; undefined when there is none, or none any more. */
  load(key: string, owner: string): Promise<string | undefined>;
  /** Deletes it, if it is `owner`'s. */
  forget(key: string, owner: string): Promise<void>;
  close(): Promise<void>;
}
