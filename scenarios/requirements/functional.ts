// FR-1 … FR-14: what the agent can do, and the scenarios and tests that show it.
import { claim, measured, type Requirement, tested, unproved } from './requirement.ts';

export const FUNCTIONAL: readonly Requirement[] = [
  {
    id: 'FR-1',
    title: 'Real-time voice conversations',
    claims: [
      claim(
        'two people’s worth of talk: every utterance is spoken, heard and answered',
        measured(['multi-turn'], [['completion_rate', 'value', '=', 1]]),
        measured(['multi-turn'], [['completion_rate', 'value', '=', 1]], 'webrtc'),
      ),
      claim(
        'answers in under a second',
        measured(['multi-turn'], [['voice_to_voice_ms', 'p95', '<', 1_000]]),
      ),
      claim('the voice arrives clear', measured(['multi-turn'], [['mos.down', 'value', '>', 4]])),
      claim(
        'turns change hands as between people',
        measured(
          ['multi-turn', 'overlapping-start'],
          [
            ['unanswered_turns', 'value', '=', 0],
            ['overlap_ratio', 'value', '<', 0.1],
          ],
        ),
      ),
    ],
  },
  {
    id: 'FR-2',
    title: 'Speech recognition',
    claims: [
      claim('more than nine words of ten', measured(['multi-turn'], [['wer', 'value', '<', 0.1]])),
      claim('English, and other languages by one setting', tested('agent/settings.test.ts')),
      claim(
        'hesitations, corrections and pauses are part of a turn',
        measured(['hesitation', 'correction'], [['unanswered_turns', 'value', '=', 0]]),
      ),
      claim(
        'noise is not taken for words',
        measured(['noise-20db'], [['wer', 'value', '<', 0.1]]),
        measured(['false-interruption-noise'], [['false_interruption_rate.noise', 'value', '<=', 0.1]]),
      ),
    ],
  },
  {
    id: 'FR-3',
    title: 'Understanding and answering',
    claims: [
      claim(
        'answers fit what was said before, ten exchanges back and more',
        measured(
          ['multi-turn'],
          [
            ['context_retention', 'value', '>', 0.95],
            ['context_retention.far', 'value', '>', 0.95],
          ],
        ),
        measured(['long-conversation'], [['context_retention', 'value', '>=', 0.95]]),
      ),
    ],
  },
  {
    id: 'FR-4',
    title: 'Voice',
    claims: [
      claim('text becomes speech in a chosen voice', tested('agent/providers/elevenlabs/session.test.ts')),
      claim('the voice is a setting', tested('agent/settings.test.ts')),
      claim('clear at the ear', measured(['multi-turn'], [['mos.down', 'value', '>', 4]])),
      unproved('it sounds natural', 'a property of the vendor’s voice that people judge; not measured'),
    ],
  },
  {
    id: 'FR-5',
    title: 'Interruptions',
    claims: [
      claim(
        'who interrupts is heard, early, in the middle and late',
        measured(
          ['interruption-early', 'interruption-mid', 'interruption-late'],
          [
            ['yield_rate', 'value', '>=', 0.9],
            ['barge_stop_ear_ms', 'p95', '<=', 250],
          ],
        ),
      ),
      claim(
        'and answered without a new start, twice in a row if need be',
        measured(['interruption-double'], [['unanswered_turns', 'value', '=', 0]]),
      ),
      claim(
        'only what was heard is remembered as said',
        measured(['barge-in'], [['heard_truncation_words', 'p95', '=', 0]]),
        tested('agent/core/heard.test.ts'),
      ),
    ],
  },
  {
    id: 'FR-6',
    title: 'Configurable transport',
    claims: [
      claim(
        'WebSocket, for unmodified stock clients',
        tested('agent/transports/websocket/stock-client.test.ts'),
      ),
      claim('WebRTC, the conversation of it', tested('agent/transports/webrtc/session.test.ts')),
      claim('chosen by an environment variable', tested('agent/settings.test.ts')),
      claim(
        'the same conversation on either',
        measured(['multi-turn'], [['context_retention', 'value', '>', 0.95]]),
        measured(['multi-turn'], [['context_retention', 'value', '>', 0.95]], 'webrtc'),
      ),
      unproved(
        'rooms of Daily',
        'not part of this version: WebRTC is modelled, and served over no real socket',
      ),
    ],
  },
  {
    id: 'FR-7',
    title: 'Environment configuration',
    claims: [
      claim('keys and all else by variable, with defaults', tested('agent/settings.test.ts')),
      claim('what is missing is named, with what to do', tested('agent/main.test.ts')),
    ],
  },
  {
    id: 'FR-8',
    title: 'Context',
    claims: [
      claim('kept in order while the call lasts', tested('agent/core/context/conversation.test.ts')),
      claim('a window of a chosen size goes to the model', tested('agent/core/context/window.test.ts')),
      claim(
        'nothing falls out of a long call unremembered',
        measured(['long-conversation'], [['context_retention', 'value', '>=', 0.95]]),
      ),
      claim('the client can ask for it', tested('agent/transports/websocket/session.test.ts')),
    ],
  },
  {
    id: 'FR-9',
    title: 'System prompt',
    claims: [
      claim('a setting, made for the ear', tested('agent/settings.test.ts')),
      claim(
        'changed in mid-call, from the next reply on',
        measured(['prompt-change'], [['context_retention', 'value', '=', 1]]),
      ),
    ],
  },
  {
    id: 'FR-10',
    title: 'Dialogue of many turns',
    claims: [
      claim(
        'follow-up questions and pronouns are understood',
        measured(['follow-up-pronouns'], [['context_retention', 'value', '=', 1]]),
      ),
      claim(
        'topics may change, and come back',
        measured(['topic-change'], [['context_retention', 'value', '=', 1]]),
      ),
    ],
  },
  {
    id: 'FR-11',
    title: 'Voice activity detection',
    claims: [
      claim(
        'speech begins and ends by itself',
        tested('agent/core/vad/processor.test.ts', 'agent/io/silero/silero.test.ts'),
      ),
      claim('sensitivity is a setting', tested('agent/settings.test.ts')),
      claim(
        'only speech is sent to be recognised',
        measured(['multi-turn'], [['stt_audio_ratio', 'value', '<=', 0.7]]),
      ),
    ],
  },
  {
    id: 'FR-12',
    title: 'Audio quality',
    claims: [
      claim('sample rates are converted', tested('agent/media/codec/rate.test.ts')),
      claim(
        'PCM, µ-law and Opus',
        tested('agent/media/codec/codec.test.ts'),
        measured(['telephone'], [['unanswered_turns', 'value', '=', 0]]),
      ),
      claim('few gaps and artefacts', measured(['multi-turn'], [['concealed_ms_ratio', 'value', '<', 0.05]])),
    ],
  },
  {
    id: 'FR-13',
    title: 'Graceful degradation',
    claims: [
      claim('no turn ends in silence, whatever a service does', tested('agent/core/session.test.ts')),
      claim(
        'retries wait longer each time',
        tested('agent/providers/cerebras/session.test.ts', 'agent/providers/cartesia/session.test.ts'),
      ),
      claim(
        'a tool that fails is told to the model, and the call goes on',
        measured(['tool-trouble'], [['unanswered_turns', 'value', '=', 0]]),
      ),
      claim('the client is told what failed', tested('agent/transports/rtvi/observer.test.ts')),
    ],
  },
  {
    id: 'FR-14',
    title: 'Connections that break',
    claims: [
      claim(
        'noticed, and taken up again by the same client',
        tested('agent/io/reception.test.ts', 'scenarios/reconnect.realtime.test.ts'),
        measured(
          ['reconnect-mid-reply', 'reconnect-mid-utterance'],
          [
            ['resumption_rate', 'value', '>', 0.9],
            ['reconnect_ms', 'p95', '<=', 1_000],
          ],
        ),
      ),
      claim(
        'the conversation is what it was',
        measured(
          ['reconnect-mid-reply', 'reconnect-mid-utterance'],
          [['context_retention.reconnect', 'value', '>', 0.95]],
        ),
        measured(['reconnect-mid-reply'], [['audio_lost_on_reconnect_ms', 'p95', '<=', 300]]),
      ),
      claim('the client is told', tested('agent/transports/rtvi/return.test.ts')),
    ],
  },
];
