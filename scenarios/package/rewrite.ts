// Addresses inside files of the package: the rooms' short names (`#agent/…`), neighbours, and programs
// started by address become relative JavaScript files, so that no mapping is needed. Pure.
import { posix } from 'node:path';

/** `text` of a file that lies in `folder` of the package. */
export function rewritten(text: string, folder: string): string {
  return text
    .replaceAll(ROOM, (_, quote, path) => {
      const to = posix.relative(folder, `${path}.js`);
      return `${quote}${to.startsWith('.') ? to : `./${to}`}${quote}`;
    })
    .replaceAll(NEIGHBOUR, (_, before, quote, path) => `${before}${quote}${path}.js${quote}`);
}

const ROOM = /(['"])#((?:agent|sim|scenarios|reports)\/[^'"\s]+?)\.ts\1/g;
/** In imports, in types, and where a worker or a program is named. */
const NEIGHBOUR = /((?:\bfrom|\bimport|import\(|new URL\()\s*)(['"])(\.{1,2}\/[^'"\s]+?)\.ts\2/g;
