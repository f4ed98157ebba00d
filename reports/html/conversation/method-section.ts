// How it was played and how to play it again; where the numbers come from, and the files beside the page.
import type { ConversationReport } from '../../conversation/conversation-report.ts';
import { replayCommand } from '../../conversation/finding.ts';
import { setupOf } from '../../headline.ts';
import { escaped, sectionHtml } from '../markup.ts';
import { replayBlock } from './worst-section.ts';

export function methodSection(report: ConversationReport): string {
  const { result } = report;
  const ends = result.played.filter(({ end }) => end !== 'finished');
  const rows: readonly (readonly [string, string])[] = [
    ['scenario', `${result.scenario}: ${result.about}`],
    ...setupOf(result),
    ['turns', String(result.turns)],
    ['conversation', `${result.simulatedSeconds.toFixed(1)} s`],
    ['trace', result.traceHash],
    [
      'ended',
      ends.length === 0
        ? 'every call by itself'
        : `${ends.length} of ${result.runs} calls did not end by themselves: ${ends
            .slice(0, 5)
            .map(({ seed, end, detail }) => `seed ${seed} ${end} ${detail.split('\n')[0] ?? ''}`)
            .join('; ')}`,
    ],
  ];
  const list = rows.map(([name, text]) => `<dt>${escaped(name)}</dt><dd>${escaped(text)}</dd>`);
  const body = `<dl class="facts">${list.join('')}</dl>
<h3>Play it again</h3>${replayBlock(replayCommand(report, result.seed))}
<h3>Files beside this page</h3>
<ul><li><a href="result.json">result.json</a>: every figure, for machines</li>
<li><a href="trace.jsonl">trace.jsonl</a>: every fact of the worst call, in order</li>
<li><a href="trace.perfetto.json">trace.perfetto.json</a>: the same call for
ui.perfetto.dev (Open trace file)</li></ul>
<p class="note">Times at the caller are those of its mouth and ear, not of the agent. Latencies of
vendors are drawn from the profile ${escaped(result.providers)}; each turn shows what was drawn for it.</p>`;
  return sectionHtml('method', ['How it was played'], body);
}
