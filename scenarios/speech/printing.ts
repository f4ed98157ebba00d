// How `pack.json` is written: as the repository's formatter would, so that recording a line changes
// the lines of that clip and nothing else.
import type { ClipEntry, PackDescription } from './pack.ts';

const WIDTH = 110;

export function printDescription(pack: PackDescription): string {
  const clips = pack.clips.map((entry) => `    ${printEntry(entry, '    ')}`).join(',\n');
  const { schema, synthesizer } = pack;
  const names = [`"schema": ${JSON.stringify(schema)}`, `"synthesizer": ${JSON.stringify(synthesizer)}`];
  const head = `{\n  ${names.join(',\n  ')},\n`;
  return `${head}  "ambient": ${printEntry(pack.ambient, '  ')},\n  "clips": [\n${clips}\n  ]\n}\n`;
}

function printEntry(entry: ClipEntry, indent: string): string {
  const { words, scores, ...plain } = entry;
  const inner = `${indent}  `;
  const lines = Object.entries(plain).map(([name, value]) => `${inner}"${name}": ${JSON.stringify(value)}`);
  lines.push(
    `${inner}"words": ${printWords(words, inner)}`,
    `${inner}"scores": ${printNumbers(scores, inner)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function printWords(words: ClipEntry['words'], indent: string): string {
  if (words.length === 0) return '[]';
  const rows = words.map(
    ({ text, startMs, endMs }) =>
      `{ "text": ${JSON.stringify(text)}, "startMs": ${startMs}, "endMs": ${endMs} }`,
  );
  if (rows.length === 1) return `[${rows[0]}]`;
  return `[\n${rows.map((row) => `${indent}  ${row}`).join(',\n')}\n${indent}]`;
}

function printNumbers(values: readonly number[], indent: string): string {
  const flat = `[${values.join(', ')}]`;
  if (`${indent}"scores": ${flat}`.length <= WIDTH) return flat;
  const rows: string[] = [];
  let row = `${indent}  `;
  for (const [index, value] of values.entries()) {
    const item = `${value}${index === values.length - 1 ? '' : ','}`;
    const gap = row.endsWith(' ') ? '' : ' ';
    if (row.length + gap.length + item.length > WIDTH) {
      rows.push(row);
      row = `${indent}  ${item}`;
    } else row += gap + item;
  }
  return `[\n${[...rows, row].join('\n')}\n${indent}]`;
}
