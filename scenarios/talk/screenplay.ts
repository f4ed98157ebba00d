// A scenario as something to read aloud: what the caller says and when, and what the emulated agent will
// answer, each answer found by asking the model's mind itself. It promises the very texts of the call as
// scripted; it leaves out what cannot be played by hand, such as broken connections and noise.
import type { ChatMessage } from '#agent/core/provider.ts';
import { type CoreSettings, DEFAULT_CORE_SETTINGS } from '#agent/core/setting.ts';
import { type Act, momentOf, spokenText } from '#sim/caller/script.ts';
import { type Brain, type Thought, think } from '#sim/providers/brain.ts';
import type { ToolScript } from '#sim/toolbox.ts';
import type { Scenario } from '../script/scenario.ts';

/** One line of the caller and the answer to it. */
export type Line = {
  /** Index of its act in the caller's script. */
  readonly act: number;
  readonly text: string;
  /** It is said into the reply to the line before, so many ms after its first sound, or after `word`. */
  readonly interrupts?: { readonly afterMs: number; readonly word?: string };
  /** What the agent says to it, if nobody interrupts; two of them where tools are asked in between. */
  readonly answers: readonly string[];
};

export function screenplayOf({ caller, brain, tools = [] }: Scenario): readonly Line[] {
  const messages: ChatMessage[] = [];
  return caller.acts.flatMap((act, index) => {
    if (act.kind !== 'say' && act.kind !== 'interrupt') return [];
    const text = spokenText(act.parts);
    messages.push({ role: 'user', content: text });
    return [{ act: index, text, ...interruptionOf(act), answers: answersTo(brain, messages, tools) }];
  });
}

/** Everything the agent may say in this scenario, each text once: answers, and words of its own. */
export function sayingsOf(
  scenario: Scenario,
  { reply, presence }: CoreSettings = DEFAULT_CORE_SETTINGS,
): readonly string[] {
  const answers = screenplayOf(scenario).flatMap((line) => line.answers);
  const own = [scenario.brain.fallback, reply.apology, presence.nudge.line, presence.farewell];
  // What is said when a fact was not heard, as far as it names no other fact.
  const otherwise = scenario.brain.replies.flatMap((rule) => rule.otherwise ?? []);
  const all = [...answers, ...own, ...otherwise.filter((text) => !text.includes('{'))];
  return [...new Set(all.filter((text) => text.trim() !== ''))];
}

function interruptionOf(act: Act): Pick<Line, 'interrupts'> {
  const moment = momentOf(act);
  if (moment === undefined) return {};
  const { afterMs, withinMs = 0, from } = moment;
  // In the middle of the range: here nothing is drawn.
  const whenMs = Math.max(0, afterMs + withinMs / 2);
  const word = from !== undefined && 'word' in from ? { word: from.word } : {};
  return { interrupts: { afterMs: whenMs, ...word } };
}

/** Rounds of tools in one answer; the library's scenarios need one. */
const ROUNDS_MAX = 4;

/** What is said to the last of `messages`, which grow by it. */
function answersTo(brain: Brain, messages: ChatMessage[], tools: readonly ToolScript[]): readonly string[] {
  const said: string[] = [];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { text, calls } = think(brain, messages, () => false);
    if (text !== '') said.push(text);
    messages.push({ role: 'assistant', content: text });
    if (calls.length === 0) break;
    messages.push(...calls.map((call): ChatMessage => ({ role: 'tool', content: resultOf(call, tools) })));
  }
  return said;
}

function resultOf({ name, arguments: json }: Thought['calls'][number], tools: readonly ToolScript[]): string {
  const { returns = '', throws = '' } = tools.find((tool) => tool.name === name) ?? {};
  const given = new Map(Object.entries(JSON.parse(json) as Readonly<Record<string, unknown>>));
  return (returns || throws).replace(/\{(\w+)\}/g, (_, field: string) => String(given.get(field) ?? ''));
}
