// The text of `.env.example`: every variable of the table in the table's order, keys empty and all else
// commented out with its default. A test compares it with the file and, told to update, writes it.
import { VARIABLES } from './table.ts';
import type { Variable } from './variable.ts';

type VariableKey = keyof typeof VARIABLES;

/** The variable with which each group begins, and its title. */
const GROUPS: ReadonlyMap<string, string> = new Map<VariableKey, string>([
  ['cartesiaApiKey', 'Speech to text: Cartesia'],
  ['cerebrasApiKey', 'Language model: Cerebras, or any OpenAI-compatible service'],
  ['elevenLabsApiKey', 'Text to speech: ElevenLabs'],
  ['hedge', 'Second providers: who answers when the first fails or is slow'],
  ['transportType', 'Transport: how callers reach the agent'],
  ['turnPolicy', 'Voice activity and turns'],
  ['systemPrompt', 'Conversation'],
  ['reconnectWindowS', 'Silence, money and broken connections'],
  ['logLevel', 'Logging'],
  ['dailyApiKey', 'Daily (WebRTC): read, but of no use in this version'],
]);

export function envExample(): string {
  const lines = [
    '# Copy to .env and fill in the keys; everything else has the default shown.',
    '# Variables of the process win over this file.',
  ];
  for (const [name, variable] of Object.entries<Variable<unknown>>(VARIABLES)) {
    const title = GROUPS.get(name);
    if (title !== undefined) lines.push('', `# --- ${title}`);
    lines.push('', ...described(variable));
  }
  return `${lines.join('\n')}\n`;
}

function described({ name, about, preset, source }: Variable<unknown>): string[] {
  const comment = `# ${about}${source === undefined ? '' : ` (${source})`}`;
  return [comment, preset === undefined ? `${name}=` : `# ${name}=${quoted(preset)}`];
}

const quoted = (value: string): string => (/[\s#"'`]/.test(value) ? JSON.stringify(value) : value);
