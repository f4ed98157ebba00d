#!/usr/bin/env node
// The program `parley` of the package. It is written so that old versions of Node understand it, and starts
// the command line in the ones that can run that; the others are told what is needed, with exit code 3.
'use strict';

/** As `engines` of the manifest says; a test holds the two together. */
const NEEDED = '24.15';

const wanted = NEEDED.split('.').map(Number);
const found = process.versions.node.split('.').map(Number);
const isEnough = found[0] > wanted[0] || (found[0] === wanted[0] && found[1] >= wanted[1]);

if (isEnough) {
  import('./main.js');
} else {
  process.exitCode = 3;
  process.stderr.write(`parley needs Node ≥ ${NEEDED}
  at: Node ${process.versions.node} (${process.execPath})
  do: install Node ${NEEDED} or newer (https://nodejs.org), or choose it with nvm, fnm or volta
`);
}
