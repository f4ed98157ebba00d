// After `npm pack`: brings the repository's own manifest back.
import { existsSync, renameSync } from 'node:fs';
import { KEPT_MANIFEST, MANIFEST } from './manifest.ts';

if (existsSync(KEPT_MANIFEST)) renameSync(KEPT_MANIFEST, MANIFEST);
