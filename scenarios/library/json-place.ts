// Where a field of a JSON text stands: the line of the value at a path, or of the nearest place above it
// that exists. The text has been read as JSON before; no mistake in it is looked for here.

/** Line of `path` (keys and indices, joined by dots), counted from 1. */
export function lineOfPath(text: string, path: string): number {
  const places = placesOf(text);
  const parts = path.split('.');
  for (let length = parts.length; length >= 0; length -= 1) {
    const at = places.get(parts.slice(0, length).join('.'));
    if (at !== undefined) return text.slice(0, at).split('\n').length;
  }
  return 1;
}

/** Offset at which the value of each path begins; of a member, where its key begins. */
function placesOf(text: string): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const open: { path: string; index: number | undefined; key: string }[] = [];
  const here = (): string => {
    const inside = open.at(-1);
    if (inside === undefined) return '';
    const name = inside.index === undefined ? inside.key : String(inside.index);
    return inside.path === '' ? name : `${inside.path}.${name}`;
  };
  let keyNext = false;
  for (const { 0: token, index: at } of text.matchAll(TOKEN)) {
    const inside = open.at(-1);
    if (token === ',') {
      if (inside?.index !== undefined) inside.index += 1;
      keyNext = inside !== undefined && inside.index === undefined;
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (keyNext && inside !== undefined && token.startsWith('"')) {
      inside.key = JSON.parse(token) as string;
      places.set(here(), at);
      keyNext = false;
    } else if (token !== ':') {
      const path = here();
      if (!places.has(path)) places.set(path, at);
      if (token === '{' || token === '[') open.push({ path, index: token === '[' ? 0 : undefined, key: '' });
      keyNext = token === '{';
    }
  }
  return places;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
