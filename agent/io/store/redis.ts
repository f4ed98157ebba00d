// Conversations in a Redis that processes on several machines share. Each order is one script, so that the
// question whose a conversation is and the change are one step. A Redis that is out of reach fails at once
// instead of queueing: the next change of a conversation tries again.
import { Redis } from 'ioredis';
import type { ConversationStore, Entry } from './store.ts';

const CONNECT_MS = 3_000;
const COMMAND_MS = 2_000;
const RETRY_MS_MAX = 2_000;

export class RedisStore implements ConversationStore {
  readonly #redis: Redis;

  private constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** `address`: redis:// or rediss:// (TLS). Rejects when nobody answers there, or not to this password. */
  static async open(address: string): Promise<RedisStore> {
    let up = false;
    const redis = new Redis(address, {
      lazyConnect: true,
      connectTimeout: CONNECT_MS,
      commandTimeout: COMMAND_MS,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      retryStrategy: (attempt) => (up ? Math.min(100 * attempt, RETRY_MS_MAX) : null),
    });
    // Whoever asks next is told; the event has no other news.
    let lost: Error | undefined;
    redis.on('error', (error: Error) => {
      lost = error;
    });
    try {
      await redis.connect();
      await redis.ping();
    } catch (error) {
      redis.disconnect();
      throw lost ?? error;
    }
    up = true;
    return new RedisStore(redis);
  }

  async save({ key, owner, text, ttlMs }: Entry): Promise<boolean> {
    return (await this.#redis.eval(SAVE, 1, nameOf(key), owner, text, ttlMs)) === 1;
  }

  async load(key: string, owner: string): Promise<string | undefined> {
    const text = await this.#redis.eval(TAKE, 1, nameOf(key), owner);
    return typeof text === 'string' ? text : undefined;
  }

  async forget(key: string, owner: string): Promise<void> {
    await this.#redis.eval(FORGET, 1, nameOf(key), owner);
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }
}

const nameOf = (key: string): string => `parley:conversation:${key}`;

const SAVE = `
local owner = redis.call('HGET', KEYS[1], 'owner')
if owner and owner ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'text', ARGV[2], 'ttlMs', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

const TAKE = `
local kept = redis.call('HMGET', KEYS[1], 'text', 'ttlMs')
if not kept[1] then return false end
redis.call('HSET', KEYS[1], 'owner', ARGV[1])
redis.call('PEXPIRE', KEYS[1], kept[2])
return kept[1]`;

const FORGET = `
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`;
