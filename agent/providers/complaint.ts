// What a vendor says when it refuses, read out of any of the shapes the vendors use: flat, nested in
// `error` or `detail`, plain text, or a proxy's HTML page. The result is one short line without the
// key, because vendors like to quote the key they did not accept.
import { LIMITS } from '../core/limit.ts';
import { type JsonObject, objectOf, parseObject, stringOf } from './json.ts';

export type Complaint = {
  readonly message: string;
  /** The vendor's own name for the fault; '' when it gave none. */
  readonly code: string;
  /** Its wider class, where the vendor names one (OpenAI, Cerebras); else ''. */
  readonly type: string;
};

/** Reads a body. `secret` is the key in use ('' = none). */
export function readComplaint(body: string, secret: string): Complaint {
  const root = parseObject(body);
  if (root !== undefined) return complaintOf(root, secret);
  const html = /^\s*</.test(body);
  return {
    message: html ? 'an HTML page instead of an answer' : plainLine(body, secret),
    code: '',
    type: '',
  };
}

/** Reads an object that is already parsed, such as an error inside a stream. */
export function complaintOf(root: JsonObject, secret: string): Complaint {
  const inner = objectOf(root['error']) ?? objectOf(root['detail']) ?? root;
  const message =
    stringOf(inner['message']) ??
    stringOf(root['message']) ??
    stringOf(root['title']) ??
    stringOf(root['err_msg']) ??
    stringOf(root['description']) ??
    stringOf(root['error']) ??
    stringOf(root['detail']) ??
    'no reason given';
  const code =
    stringOf(inner['code']) ??
    stringOf(inner['error_code']) ??
    stringOf(inner['err_code']) ??
    stringOf(inner['status']) ??
    stringOf(root['error']) ??
    '';
  return {
    message: plainLine(message, secret),
    code: plainLine(code, secret),
    type: plainLine(stringOf(inner['type']) ?? '', secret),
  };
}

/**
 * `text` as one line of at most 300 characters in which `secret` does not occur. The mark that takes
 * its place is not ASCII, as keys are, so that masking can never put a key together.
 */
export function plainLine(text: string, secret: string): string {
  const masked = secret === '' ? text : text.replaceAll(secret, '…');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed.
  const line = masked.replace(/[\u0000-\u0020\u007f]+/g, ' ').trim();
  return line.slice(0, LIMITS.failureCharsMax);
}
