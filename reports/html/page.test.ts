// The frame of the pages: what is text stays text, what is empty is not linked to, and nothing is told of a
// state that only the script knows.
import { expect, test } from 'vitest';
import { pageHtml } from './page.ts';

const PAGE = {
  title: 'Does it <hold>?',
  what: '<b>pass</b>',
  question: 'Is 1 < 2?',
  answers: ['Yes, by <span>1</span>.', 'Always.'],
  figures: '<dl></dl>',
  sections: [
    ['worst', 'Worst & best', '<section id="worst"></section>'],
    ['cost', 'Cost', ''],
  ],
  withoutScript: 'Charts need JavaScript.',
  data: { calls: { said: '</script><script>alert(1)</script>' } },
} as const;

test('text is escaped, HTML is not, and no data or script ends its element', () => {
  const html = pageHtml(PAGE, { script: "'</script>'", style: 'b{}' });
  expect(html).toContain('<title>Does it &lt;hold&gt;?</title>');
  expect(html).toContain('<h1>Is 1 &lt; 2?</h1>\n<p class="answer">Yes, by <span>1</span>.</p>');
  expect(html.match(/<\/script>/g)).toHaveLength(2);
  const data = /id="calls">(.*)<\/script>/.exec(html)?.[1] ?? '';
  expect(JSON.parse(data)).toEqual(PAGE.data.calls);
});

test('a section without content has neither place nor link', () => {
  const html = pageHtml(PAGE, { script: '', style: '' });
  expect(html).toContain('<li><a href="#worst">Worst &amp; best</a></li>');
  expect(html).not.toContain('#cost');
});

test('the switch of the colours has no state until the script gives it one', () => {
  expect(pageHtml(PAGE, { script: '', style: '' })).not.toContain('aria-pressed');
});
