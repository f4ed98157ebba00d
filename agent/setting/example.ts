// The text of `.env.example`: every variable of the table in the table's order, keys empty and all else
// commented out with its default. A test compares it with the file and, told to update, writes it.
import { VENDORS } from '../providers/registry.ts';
import { VARIABLES } from './table.ts';
import type { Variable } from './variable.ts';
import { VENDOR_VARIABLES } from './vendor-table.ts';

type VariableKey = keyof typeof VARIABLES;

/** The variable with which each group begins, and its title. */
const GROUPS: ReadonlyMap<string, string> = new Map<VariableKey, string>([
  ['sttProvider', 'Who hears, thinks and speaks; the keys of those chosen are needed'],
  ['sttModel', 'Speech to text'],
  ['llmModel', 'Language model'],
  ['ttsModel', 'Text to speech'],
  ['hedge', 'Second providers: who answers when the first fails or is slow'],
  ['transportType', 'Transport: how callers reach the agent'],
  ['authSecret', 'Security: who may call, how much, and what is kept of it'],
  ['audioOutSampleRate', 'Sound'],
  ['turnPolicy', 'Voice activity and turns'],
  ['systemPrompt', 'Conversation'],
  ['reconnectWindowS', 'Silence, money and broken connections'],
  ['logLevel', 'Logging, figures, traces, and the way down'],
  ['webrtcAddress', 'WebRTC: the way of its packets'],
  ['dailyApiKey', 'Daily: calls in rooms of its WebRTC service, with TRANSPORT_TYPE=daily'],
]);

export function envExample(): string {
  const lines = [
    '# Copy to .env and fill in the keys; everything else has the default shown.',
    '# Variables of the process win over this file.',
  ];
  for (const [name, variable] of Object.entries<Variable<unknown>>(VARIABLES)) {
    // The vendors follow the choice among them.
    if (name === AFTER_CHOICE) lines.push(...vendorLines());
    const title = GROUPS.get(name);
    if (title !== undefined) lines.push('', `# --- ${title}`);
    lines.push('', ...described(variable));
  }
  return `${lines.join('\n')}\n`;
}

const ROLES = [
  ['stt', 'hears'],
  ['llm', 'thinks'],
  ['tts', 'speaks'],
] as const;

const AFTER_CHOICE: VariableKey = 'sttModel';

function vendorLines(): readonly string[] {
  const lines: string[] = [];
  for (const vendor of VENDORS) {
    const { name, title } = vendor;
    const roles = ROLES.flatMap(([stage, role]) => (vendor[stage] === undefined ? [] : role));
    lines.push('', `# --- ${title}: ${roles.join(', ')}`);
    for (const variable of VENDOR_VARIABLES)
      if (variable.vendor === name) lines.push('', ...described(variable));
  }
  return lines;
}

function described({ name, about, preset, source }: Variable<unknown>): string[] {
  const comment = `# ${about}${source === undefined ? '' : ` (${source})`}`;
  return [comment, preset === undefined ? `${name}=` : `# ${name}=${quoted(preset)}`];
}

const quoted = (value: string): string => (/[\s#"'`]/.test(value) ? JSON.stringify(value) : value);
