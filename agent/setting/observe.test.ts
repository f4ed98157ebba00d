// Settings of whoever runs the agent.
import { describe, expect, test } from 'vitest';
import { readSettings, secretsOf } from '../settings.ts';

const KEYS = { CARTESIA_API_KEY: 'ck', CEREBRAS_API_KEY: 'bk', ELEVENLABS_API_KEY: 'ek' };

const observe = (env: Record<string, string>) => {
  const read = readSettings({ ...KEYS, ...env });
  return read.ok ? read.settings.observe : read.problems;
};

describe('watching the agent', () => {
  test('costs nothing and tells nobody anything by default', () => {
    expect(observe({})).toEqual({
      token: '',
      budgetUsdPerDay: 0,
      drainMs: 20_000,
      tracing: { endpoint: '', headers: {}, serviceName: 'parley', content: false },
    });
  });

  test('traces go where OpenTelemetry’s own variables say, with their headers', () => {
    const tracing = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example.org/otlp/',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20abc, x-team = voice',
      OTEL_SERVICE_NAME: 'front-desk',
      OTEL_CAPTURE_CONTENT: 'yes',
    };
    expect(observe(tracing)).toMatchObject({
      tracing: {
        endpoint: 'https://collector.example.org/otlp',
        headers: { authorization: 'Basic abc', 'x-team': 'voice' },
        serviceName: 'front-desk',
        content: true,
      },
    });
    expect(secretsOf({ ...tracing, OBSERVE_TOKEN: 'open-sesame' })).toEqual(
      expect.arrayContaining(['open-sesame', tracing.OTEL_EXPORTER_OTLP_HEADERS]),
    );
  });

  test.each(['no-pair', '=hush', 'bad name=1', 'x=%zz', 'x=%0d%0aother'])(
    'headers such as %j are wrong, and not repeated',
    (written) => {
      const problems = JSON.stringify(observe({ OTEL_EXPORTER_OTLP_HEADERS: written }));
      expect(problems).toContain('name=value pairs between commas');
      expect(problems).not.toContain(written);
    },
  );

  test('a budget needs known prices', () => {
    expect(observe({ BUDGET_USD_PER_DAY: '5', LLM_MODEL: 'nobody-knows' })).toMatchObject([
      { variable: 'BUDGET_USD_PER_DAY', kind: 'wrong' },
    ]);
    expect(observe({ BUDGET_USD_PER_DAY: '5' })).toMatchObject({ budgetUsdPerDay: 5 });
  });
});
