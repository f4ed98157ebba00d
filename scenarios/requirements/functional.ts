// FR-1 … FR-14: what the agent can do, and the scenarios and tests that show it.
import {
  claim,
  measured,
  overWebrtc,
  type Requirement,
  requirement,
  tested,
  unproved,
} from './requirement.ts';

/** What a vendor’s fault must come to: an answer to every question, no apology, and nothing forgotten. */
const UNNOTICED = ['unanswered_turns = 0', 'recovery_rate = 1', 'context_retention = 1'] as const;

export const FUNCTIONAL: readonly Requirement[] = [
  requirement(
    'FR-1',
    'Real-time voice conversations',
    claim(
      'two people’s worth of talk: every utterance is spoken, heard and answered',
      measured('multi-turn', 'completion_rate = 1'),
      overWebrtc('multi-turn', 'completion_rate = 1'),
    ),
    claim('answers in under a second', measured('multi-turn', 'voice_to_voice_ms p95 < 1000')),
    claim('the voice arrives clear', measured('multi-turn', 'mos.down > 4')),
    claim(
      'turns change hands as between people',
      measured(['multi-turn', 'overlapping-start'], 'unanswered_turns = 0', 'overlap_ratio < 0.1'),
    ),
  ),
  requirement(
    'FR-2',
    'Speech recognition',
    claim('more than nine words of ten', measured('multi-turn', 'wer < 0.1')),
    claim('English, and other languages by one setting', tested('agent/settings.test.ts')),
    claim(
      'hesitations, corrections and pauses are part of a turn',
      measured(['hesitation', 'correction'], 'unanswered_turns = 0'),
    ),
    claim(
      'noise is not taken for words',
      measured('noise-20db', 'wer < 0.1'),
      measured('false-interruption-noise', 'false_interruption_rate.noise <= 0.1'),
    ),
  ),
  requirement(
    'FR-3',
    'Understanding and answering',
    claim(
      'answers fit what was said before, ten exchanges back and more',
      measured('multi-turn', 'context_retention > 0.95', 'context_retention.far > 0.95'),
      measured('long-conversation', 'context_retention >= 0.95'),
    ),
  ),
  requirement(
    'FR-4',
    'Voice',
    claim('text becomes speech in a chosen voice', tested('agent/providers/elevenlabs/session.test.ts')),
    claim('the voice is a setting', tested('agent/settings.test.ts')),
    claim('clear at the ear', measured('multi-turn', 'mos.down > 4')),
    unproved('it sounds natural', 'a property of the vendor’s voice that people judge; not measured'),
  ),
  requirement(
    'FR-5',
    'Interruptions',
    claim(
      'who interrupts is heard, early, in the middle and late',
      measured(
        ['interruption-early', 'interruption-mid', 'interruption-late'],
        'yield_rate >= 0.9',
        'barge_stop_ear_ms p95 <= 250',
      ),
    ),
    claim(
      'and answered without a new start, twice in a row if need be',
      measured('interruption-double', 'unanswered_turns = 0'),
    ),
    claim(
      'only what was heard is remembered as said',
      measured('barge-in', 'heard_truncation_words p95 = 0'),
      tested('agent/core/heard.test.ts'),
    ),
  ),
  requirement(
    'FR-6',
    'Configurable transport',
    claim(
      'WebSocket, for unmodified stock clients',
      tested(
        'agent/transports/websocket/stock-client.test.ts',
        'scenarios/talk/stock-client.realtime.test.ts',
      ),
    ),
    claim(
      'WebRTC, for stock clients, on real peer connections',
      tested(
        'agent/transports/webrtc/session.test.ts',
        'agent/io/webrtc/door.test.ts',
        'scenarios/talk/webrtc.realtime.test.ts',
        'scenarios/talk/stock-client.realtime.test.ts',
      ),
    ),
    claim(
      'rooms of Daily, in a stand-in for Daily’s own servers',
      tested('sim/providers/daily/emulator.test.ts', 'scenarios/talk/daily.realtime.test.ts'),
    ),
    claim('chosen by an environment variable', tested('agent/settings.test.ts')),
    claim(
      'the same conversation on either',
      measured('multi-turn', 'context_retention > 0.95'),
      overWebrtc('multi-turn', 'context_retention > 0.95'),
      tested('scenarios/real-world.realtime.test.ts'),
    ),
    unproved(
      'a room on Daily’s own servers',
      'needs an account: the agent joined none of theirs, only a stand-in built from its documents',
    ),
  ),
  requirement(
    'FR-7',
    'Environment configuration',
    claim('keys and all else by variable, with defaults', tested('agent/settings.test.ts')),
    claim('what is missing is named, with what to do', tested('agent/main.test.ts')),
  ),
  requirement(
    'FR-8',
    'Context',
    claim('kept in order while the call lasts', tested('agent/core/context/conversation.test.ts')),
    claim('a window of a chosen size goes to the model', tested('agent/core/context/window.test.ts')),
    claim(
      'nothing falls out of a long call unremembered',
      measured('long-conversation', 'context_retention >= 0.95'),
    ),
    claim('the client can ask for it', tested('agent/transports/websocket/session.test.ts')),
  ),
  requirement(
    'FR-9',
    'System prompt',
    claim('a setting, made for the ear', tested('agent/settings.test.ts')),
    claim('changed in mid-call, from the next reply on', measured('prompt-change', 'context_retention = 1')),
  ),
  requirement(
    'FR-10',
    'Dialogue of many turns',
    claim(
      'follow-up questions and pronouns are understood',
      measured('follow-up-pronouns', 'context_retention = 1'),
    ),
    claim('topics may change, and come back', measured('topic-change', 'context_retention = 1')),
  ),
  requirement(
    'FR-11',
    'Voice activity detection',
    claim(
      'speech begins and ends by itself',
      tested('agent/core/vad/processor.test.ts', 'agent/io/silero/silero.test.ts'),
    ),
    claim('sensitivity is a setting', tested('agent/settings.test.ts')),
    claim('only speech is sent to be recognised', measured('multi-turn', 'stt_audio_ratio <= 0.7')),
  ),
  requirement(
    'FR-12',
    'Audio quality',
    claim('sample rates are converted', tested('agent/media/codec/rate.test.ts')),
    claim(
      'PCM, µ-law and Opus',
      tested('agent/media/codec/codec.test.ts'),
      measured('telephone', 'unanswered_turns = 0'),
    ),
    claim('few gaps and artefacts', measured('multi-turn', 'concealed_ms_ratio < 0.05')),
  ),
  requirement(
    'FR-13',
    'Graceful degradation',
    claim(
      'no turn ends in silence, whatever a service does',
      tested('agent/core/session.test.ts', 'scenarios/failover.test.ts'),
    ),
    claim(
      'a service that falls silent is replaced before the caller wonders',
      measured('provider-stall-stt', ...UNNOTICED, 'stt_final_ms p95 <= 450'),
      measured('provider-stall-llm', ...UNNOTICED, 'llm_first_token_ms p95 <= 600'),
      measured('provider-stall-tts', ...UNNOTICED, 'tts_first_audio_ms p95 <= 450'),
    ),
    claim(
      'so is one that cannot be reached at all, as soon as usual',
      measured(
        ['provider-outage-stt', 'provider-outage-llm', 'provider-outage-tts'],
        ...UNNOTICED,
        'voice_to_voice_ms p95 < 1000',
      ),
    ),
    claim(
      'an answer that is cut off in the middle is gone on with',
      measured(['mid-stream-cut-stt', 'mid-stream-cut-llm', 'mid-stream-cut-tts'], ...UNNOTICED),
    ),
    claim(
      'one that asks for a wait is given it, while another one answers',
      measured('rate-limit-429', ...UNNOTICED, 'voice_to_voice_ms p95 < 1000'),
    ),
    claim(
      'one that keeps failing is left alone, tried again later, and kept when it is well',
      measured('failover-and-recovery', ...UNNOTICED, 'failover_ms p95 <= 600'),
      tested('agent/core/resilience/breaker.test.ts'),
    ),
    claim(
      'retries wait longer each time',
      tested('agent/providers/cerebras/session.test.ts', 'agent/providers/cartesia/session.test.ts'),
    ),
    claim(
      'a tool that fails is told to the model, and the call goes on',
      measured('tool-trouble', 'unanswered_turns = 0'),
    ),
    claim('the client is told what failed', tested('agent/transports/rtvi/observer.test.ts')),
  ),
  requirement(
    'FR-14',
    'Connections that break',
    claim(
      'noticed, and taken up again by the same client',
      tested('agent/io/reception.test.ts', 'scenarios/reconnect.realtime.test.ts'),
      measured(
        ['reconnect-mid-reply', 'reconnect-mid-utterance'],
        'resumption_rate > 0.9',
        'reconnect_ms p95 <= 1000',
      ),
    ),
    claim(
      'the conversation is what it was',
      measured(['reconnect-mid-reply', 'reconnect-mid-utterance'], 'context_retention.reconnect > 0.95'),
      measured('reconnect-mid-reply', 'audio_lost_on_reconnect_ms p95 <= 300'),
    ),
    claim('the client is told', tested('agent/transports/rtvi/return.test.ts')),
  ),
];
