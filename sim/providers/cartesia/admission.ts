// Who gets in at Cartesia: an API version and a key, each in one of the places the documents allow.
// The key is compared and forgotten.
import type { VendorRequest } from '../vendor.ts';
import { badRequest, type CartesiaError, errorOfStatus } from './error.ts';

export type Admission =
  | { readonly ok: true; readonly version: string }
  | { readonly ok: false; readonly version: string | undefined; readonly error: CartesiaError };

const OLDEST_VERSION = '2024-06-10';

/** `keys`: those that are valid; undefined accepts any that is not empty. */
export function admit(request: VendorRequest, keys: ReadonlySet<string> | undefined): Admission {
  // The query wins over the header.
  const version = request.query.get('cartesia_version') ?? request.headers['cartesia-version'];
  const key = keyOf(request);
  if (key === '' || (keys !== undefined && !keys.has(key))) {
    return { ok: false, version, error: errorOfStatus(401) };
  }
  if (version === undefined) {
    return { ok: false, version, error: badRequest('The header Cartesia-Version is required.') };
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(version) || version < OLDEST_VERSION) {
    return { ok: false, version: undefined, error: badRequest('This API version does not exist.') };
  }
  return { ok: true, version };
}

function keyOf(request: VendorRequest): string {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  const query = request.query.get('access_token') ?? request.query.get('api_key');
  return bearer ?? request.headers['x-api-key'] ?? query ?? '';
}
