// JSON that people wrote, with the line of the first mistake. V8 names the place of some mistakes, and
// for others only the token that it did not expect; people want a line each time.

export type ParsedJson =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly line: number; readonly reason: string };

export function parseJson(text: string): ParsedJson {
  try {
    return { ok: true, data: JSON.parse(text) };
  } catch (error) {
    const reason = messageOf(error);
    return { ok: false, line: lineOf(text, reason), reason };
  }
}

function lineOf(text: string, reason: string): number {
  const line = /\(line (\d+) column \d+\)/.exec(reason)?.[1];
  if (line !== undefined) return Number(line);
  const token = /^Unexpected token '.*?',/s.exec(reason)?.[0];
  return text.slice(0, token === undefined ? text.length : offsetOf(text, token)).split('\n').length;
}

/** The shortest beginning of the text that fails for the same token ends with it. */
function offsetOf(text: string, complaint: string): number {
  let short = 0;
  let long = text.length;
  while (long - short > 1) {
    const middle = (short + long) >> 1;
    if (complains(text.slice(0, middle), complaint)) long = middle;
    else short = middle;
  }
  return short;
}

function complains(text: string, complaint: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return messageOf(error).startsWith(complaint);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
