// Tables of comma-separated values with a header line: rows by column name. Fields may be quoted
// (RFC 4180). It refuses a table without the columns that are needed, and rows of another length.

export type Row = Readonly<Record<string, string>>;

export type Table =
  | { readonly ok: true; readonly rows: readonly Row[] }
  | { readonly ok: false; readonly reason: string };

export function readTable(text: string, columns: readonly string[]): Table {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  while (lines.at(-1)?.trim() === '') lines.pop();
  const header = fieldsOf(lines[0] ?? '');
  if (header === undefined) return { ok: false, reason: 'line 1: a quoted field does not end' };
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    return { ok: false, reason: `line 1: the header lacks ${missing.join(', ')}` };
  }
  const rows: Row[] = [];
  for (const [index, line] of lines.slice(1).entries()) {
    if (line.trim() === '') continue;
    const fields = fieldsOf(line);
    if (fields === undefined) return { ok: false, reason: `line ${index + 2}: a quoted field does not end` };
    if (fields.length !== header.length) {
      const found = `${fields.length} fields where the header has ${header.length}`;
      return { ok: false, reason: `line ${index + 2}: ${found}` };
    }
    rows.push(Object.fromEntries(header.map((column, at) => [column, fields[at] ?? ''])));
  }
  if (rows.length === 0) return { ok: false, reason: 'no rows after the header' };
  return { ok: true, rows };
}

/** The fields of one line, or undefined when a quote is left open. */
function fieldsOf(line: string): string[] | undefined {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at] ?? '';
    if (quoted && char === '"' && line[at + 1] === '"') {
      field += char;
      at += 1;
    } else if (char === '"') {
      quoted = !quoted;
    } else if (char === ',' && !quoted) {
      fields.push(field.trim());
      field = '';
    } else {
      field += char;
    }
  }
  if (quoted) return undefined;
  return [...fields, field.trim()];
}
