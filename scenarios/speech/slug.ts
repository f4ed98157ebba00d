// The readable name of a clip: voice and text in lower-case letters and digits. Long texts are cut and
// end in six digits of their hash, so that names stay unique and stable.
import { createHash } from 'node:crypto';

const LENGTH_MAX = 40;

export function clipSlug(voice: string, text: string): string {
  const slug = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const plain = text
    .toLowerCase()
    .replace(/[.?!]$/, '')
    .replace(/[ ,]+/g, '-');
  if (slug.length <= LENGTH_MAX && slug === plain) return `${voice}-${slug}`;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 6);
  return `${voice}-${slug.slice(0, LENGTH_MAX).replace(/-[^-]*$/, '')}-${hash}`;
}
