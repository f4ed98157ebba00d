// Samples and bytes of 16-bit little-endian PCM. A machine of the other byte order is refused where the
// samples are first looked at, rather than played as noise.
import { assert } from '../core/assert.ts';

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** The samples of `bytes`: a view where they are aligned, else a copy. An odd last byte is left out. */
export function samplesOf(bytes: Uint8Array): Int16Array {
  assert(LITTLE_ENDIAN, 'PCM is little-endian, and so must the machine be');
  const count = bytes.length >> 1;
  if (bytes.byteOffset % 2 === 0) return new Int16Array(bytes.buffer, bytes.byteOffset, count);
  const copy = bytes.slice(0, 2 * count);
  return new Int16Array(copy.buffer, 0, count);
}

/** The bytes of `samples`, without copying. */
export function bytesOf(samples: Int16Array): Uint8Array {
  assert(LITTLE_ENDIAN, 'PCM is little-endian, and so must the machine be');
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}
