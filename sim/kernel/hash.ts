// The one hash of the simulation: texts, numbers and bytes to 32 bits, for keyed chance, for the trace
// and for tables of recorded sound. The same on every machine; not for secrets, and no promise that two
// inputs never meet, so that whoever looks something up by hash compares it as well.

/** 32-bit hash of a string, continuing from `state`. */
export function hashText(state: number, text: string): number {
  let hash = state | 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    hash ^= hash >>> 15;
  }
  return mix(hash ^ text.length);
}

/** 32-bit hash of a number (its integer value, low and high part), continuing from `state`. */
export function hashNumber(state: number, value: number): number {
  const high = Math.floor(value / 0x1_0000_0000) | 0;
  return mix(mix(state ^ (value | 0)) ^ high ^ 0x9e3779b9);
}

/** 32-bit hash of the bytes, wherever they lie in memory. */
export function hashBytes(data: Uint8Array): number {
  const whole = data.length & ~3;
  let hash = hashWords(data, 0, whole, 4, data.length);
  for (let at = whole; at < data.length; at += 1) hash = Math.imul(hash ^ (data[at] as number), 0x01000193);
  return mix(hash);
}

/**
 * Hash of the four bytes at `from`, at `from + stride`, and so on before `until`, continuing from `state`.
 * Not mixed: cheap enough for every 4 ms of a call; the caller compares what it finds.
 */
export function hashWords(
  data: Uint8Array,
  from: number,
  until: number,
  stride: number,
  state: number,
): number {
  let hash = state;
  for (let at = from; at < until; at += stride) {
    const word =
      (data[at] as number) |
      ((data[at + 1] as number) << 8) |
      ((data[at + 2] as number) << 16) |
      ((data[at + 3] as number) << 24);
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash;
}

/** Murmur3's finaliser: every input bit reaches every output bit. */
export function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
