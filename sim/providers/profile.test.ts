import { describe, expect, it } from 'vitest';
import { loadProfile, PROFILE_NAMES, parseProfile, withFaults } from './profile.ts';

function loaded(name: string) {
  const result = loadProfile(name);
  if (!result.ok) throw new Error(result.reason);
  return result.profile;
}

describe('a latency profile', () => {
  it.each(PROFILE_NAMES)('"%s" comes with the repository and names a source for every stage', (name) => {
    const profile = loaded(name);
    expect(profile.name).toBe(name);
    for (const stage of Object.values(profile.stages)) expect(stage.source.length).toBeGreaterThan(3);
  });

  it('keeps the published tail of Flash v2.5', () => {
    const { quantiles } = loaded('published');
    expect([0.5, 0.9, 0.95].map((u) => quantiles['tts.first_audio'].sample(u))).toEqual([205, 1_636, 2_894]);
  });

  it('says which file, field and reason when it is wrong', () => {
    const text = JSON.stringify({
      schema: 'latency-profile/1',
      name: 'mine',
      description: '',
      stages: {
        ...loaded('prd').stages,
        'tts.speed': {
          knots: [
            [0, 5],
            [1, 4],
          ],
          unit: 'x',
        },
      },
      faults: [{ vendor: 'llm', kind: 'explode' }],
    });
    const result = parseProfile('mine.json', text);
    expect(result).toMatchObject({ ok: false });
    const reason = result.ok ? '' : result.reason;
    expect(reason).toContain('profile "mine.json"');
    expect(reason).toContain('stages.tts.speed.knots: value 4 at probability 1 falls');
    expect(reason).toMatch(/ \(and 4 more\)$/);
    const otherwise = JSON.stringify({ ...loaded('prd'), quantiles: undefined, schema: 'latency-profile/1' });
    const faulty = otherwise.replace('"faults":[]', '"faults":[{"vendor":"llm","kind":"explode"}]');
    expect(parseProfile('mine.json', faulty)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('faults.0.kind'),
    });
    expect(loadProfile('nowhere.json')).toMatchObject({
      ok: false,
      reason: expect.stringContaining('prd, published'),
    });
    expect(parseProfile('x', '{')).toMatchObject({ ok: false, reason: expect.stringContaining('not JSON') });
  });

  it('takes more faults with their defaults', () => {
    const profile = withFaults(loaded('prd'), [{ vendor: 'tts', kind: 'stall_before', turns: [1] }]);
    expect(profile.faults).toEqual([{ vendor: 'tts', kind: 'stall_before', turns: [1], ms: 'forever' }]);
  });
});
