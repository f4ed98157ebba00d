// Stories of whole conversations: what the caller, the services and the clock do, and what the agent
// must make of it.
import { describe, expect, test } from 'vitest';
import { LOST } from './cast.test-support.ts';
import { Rehearsal } from './rehearsal.test-support.ts';
import { ms } from './time.ts';

describe('a conversation', () => {
  test('an uninterrupted exchange: question in, whole answer in the history', () => {
    const call = new Rehearsal();
    call.speaks('when do you open', { at: 500 });
    call.answers.push({ text: 'We open at nine. See you then!' });
    call.run(5_000);
    expect(call.story).toEqual(['user: when do you open', 'assistant: We open at nine. See you then!']);
    expect(call.all('turn.committed').map(({ text }) => text)).toEqual(['when do you open']);
    expect(call.all('reply.stopped')).toMatchObject([{ reply: 1, complete: true }]);
    expect(call.framesOf('BotStartedSpeaking')).toHaveLength(1);
    expect(call.framesOf('BotStoppedSpeaking')).toHaveLength(1);
  });

  test.each([
    { finalMs: 10, waits: 'for the pause to last', silenceMs: 360 },
    { finalMs: 400, waits: 'for the words', silenceMs: 20 + 400 },
  ])('with the final after $finalMs ms the commit waits $waits', ({ finalMs, silenceMs }) => {
    const call = new Rehearsal();
    call.stt.script.finalMs = finalMs;
    call.speaks('Hello there.', { at: 500, lasting: 800 });
    call.run(5_000);
    const [stopped] = call.all('vad.stopped');
    const [committed] = call.all('turn.committed');
    expect(stopped?.atUs).toBe(ms(1_340));
    expect((committed?.t ?? 0) - (stopped?.atUs ?? 0)).toBe(ms(silenceMs));
  });

  test('each turn gets one reply, and the model sees what was said before', () => {
    const call = new Rehearsal();
    call.answers.push({ text: 'First answer.' }, { text: 'Second answer.' });
    call.speaks('first question', { at: 500 });
    call.speaks('second question', { at: 4_000 });
    call.run(8_000);
    expect(call.llm.requests[1]?.slice(1).map(({ content }) => content)).toEqual([
      'first question',
      'First answer.',
      'second question',
    ]);
    expect(call.all('reply.started').map(({ reply }) => reply)).toEqual([1, 2]);
  });
});

describe('the caller', () => {
  test('hesitates before the transcript is here: one turn, both halves', () => {
    const call = new Rehearsal();
    call.stt.script.finalMs = 300;
    call.speaks('I would like', { at: 500 });
    call.speaks('a table for two', { at: 1_500 });
    call.run(6_000);
    expect(call.all('turn.started')).toHaveLength(1);
    expect(call.all('turn.committed').map(({ text }) => text)).toEqual(['I would like a table for two']);
    expect(call.all('interrupted')).toEqual([]);
  });

  test('goes on while the agent thinks: the reply is cancelled, the user messages are one', () => {
    const call = new Rehearsal();
    call.answers.push({ text: 'Never heard.', firstTokenMs: 2_000 });
    call.speaks('I need help.', { at: 500 });
    call.speaks('A table for two.', { at: 2_000 });
    call.run(6_000);
    expect(call.llm.cancelled).toEqual([1]);
    expect(call.story).toEqual(['user: I need help. A table for two.', 'assistant: Yes, of course.']);
    expect(call.all('cancelled')).toMatchObject([{ stage: 'llm', reply: 1 }]);
    expect(call.all('reply.stopped').map(({ reply }) => reply)).toEqual([1, 2]);
    expect(call.all('reply.started').map(({ reply }) => reply)).toEqual([2]);
  });

  test('goes on while the voice is still preparing: nothing of that reply is ever sent', () => {
    const call = new Rehearsal();
    call.answers.push({ text: 'One two three four five six.' });
    call.tts.script.delayMs = (chunk) => (chunk === 0 ? 1_500 : 20);
    call.speaks('Hello.', { at: 500 });
    call.speaks('Are you there?', { at: 2_500 });
    call.run(9_000);
    expect(call.all('cancelled').map(({ stage }) => stage)).toEqual(['tts']);
    expect(call.all('reply.started').map(({ reply }) => reply)).toEqual([2]);
    expect(call.story[0]).toBe('user: Hello. Are you there?');
  });

  test('coughs while the agent thinks: the question is asked again and answered', () => {
    const call = new Rehearsal();
    call.answers.push({ text: 'Too late.', firstTokenMs: 1_500 }, { text: 'Here you are.' });
    call.speaks('Where is it?', { at: 500 });
    call.speaks('', { at: 2_000, lasting: 200 });
    call.run(6_000);
    expect(call.story).toEqual(['user: Where is it?', 'assistant: Here you are.']);
    expect(call.llm.requests.map((messages) => messages.at(-1)?.content)).toEqual([
      'Where is it?',
      'Where is it?',
    ]);
  });

  test('makes a noise without words: the turn is dropped and the next one works', () => {
    const call = new Rehearsal();
    call.speaks('', { at: 500 });
    call.speaks('Hello.', { at: 3_000 });
    call.run(6_000);
    expect(call.all('turn.dropped')).toMatchObject([{ turn: 1 }]);
    expect(call.framesOf('UserStoppedSpeaking').map(({ answer }) => answer)).toEqual([false, true]);
    expect(call.story).toEqual(['user: Hello.', 'assistant: Yes, of course.']);
  });

  test('mutes the microphone in mid-speech: the turn ends all the same', () => {
    const call = new Rehearsal();
    call.speaks('hello', { at: 500, lasting: 5_000 });
    call.mutes(1_500);
    call.run(6_000);
    expect(call.all('vad.stopped')).toHaveLength(1);
    expect(call.story[0]).toBe('user: hello');
  });

  test('leaves in mid-reply: what was sent is in the history, and no timer is left', () => {
    const call = new Rehearsal();
    call.answers.push({ text: 'One two three four five six seven eight nine ten.' });
    call.types('count', { at: 0 });
    call.does({ kind: 'left', reason: 'enough' }, 1_000);
    call.run(1_000);
    expect(call.story[1]).toMatch(/^assistant: One two three/);
    expect(call.story[1]).not.toContain('ten');
    expect(call.all('reply.stopped')).toMatchObject([{ complete: false }]);
    expect(call.session.deadline()).toBeUndefined();
    expect(call.ended).toBe(true);
    const before = call.effects.length;
    call.input({ kind: 'wake' });
    call.input({ kind: 'prompt', text: 'more' });
    expect(call.effects).toHaveLength(before);
  });

  test('is gone without a word: the same', () => {
    const call = new Rehearsal();
    call.types('count', { at: 0 });
    call.at(50, () => call.input({ kind: 'client.closed', reason: 'cut' }));
    call.run(4_000);
    expect(call.facts.slice(-2).map(({ what }) => what)).toEqual(['reply.stopped', 'session.ended']);
    expect([call.stt.stopped, call.llm.stopped, call.tts.stopped]).toEqual([true, true, true]);
    expect(call.session.deadline()).toBeUndefined();
  });

  test.each([
    { when: 'in mid-speech', at: 900 },
    { when: 'in the pause, while the words are awaited', at: 1_500 },
    { when: 'in the pause, after the words', at: 1_491 },
  ])('hangs up $when: no timer is left', ({ at }) => {
    const call = new Rehearsal();
    call.stt.script.finalMs = at === 1_491 ? 10 : 300;
    call.speaks('hello', { at: 500 });
    call.at(at, () => call.input({ kind: 'client.closed', reason: 'hung up' }));
    call.run(at - 1);
    expect(call.session.deadline()).toBeDefined();
    call.run(at);
    expect(call.session.deadline()).toBeUndefined();
  });

  test('speaks on a media path: the audio is heard like any other', () => {
    const call = new Rehearsal();
    call.does({ kind: 'ready' }, 0);
    call.at(100, () => call.input({ kind: 'client.media', pcm: new Uint8Array(1_024).fill(1) }));
    call.run(200);
    expect(call.effects.filter(({ kind }) => kind === 'score')).toHaveLength(1);
  });

  test('sends audio at another rate: refused with the rate that is expected', () => {
    const call = new Rehearsal();
    call.does({ kind: 'audio', pcm: new Uint8Array(640), sampleRate: 44_100 }, 100);
    call.run(200);
    expect(call.client.closedWith).toBe('audio of 44100 Hz came; expected 16000 Hz, mono, s16le');
    expect(call.all('client.rejected')).toHaveLength(1);
    expect(call.ended).toBe(true);
    expect(call.stt.heard).toEqual([]);
  });
});

describe('a service', () => {
  test('the transcript is overdue: the turn is answered with what is there', () => {
    const call = new Rehearsal();
    call.stt.script.finalMs = undefined;
    call.speaks('lost words', { at: 500, lasting: 1_000 });
    call.at(1_000, (now) => call.stt.say(now, { kind: 'final', text: 'the first half' }));
    call.run(8_000);
    const [stopped] = call.all('vad.stopped');
    const [committed] = call.all('turn.committed');
    expect(committed?.text).toBe('the first half');
    expect((committed?.t ?? 0) - (stopped?.t ?? 0)).toBe(ms(3_000));
    expect(call.all('reply.started')).toHaveLength(1);
  });

  test('the transcript comes after its turn was given up: it is answered as a turn of its own', () => {
    const call = new Rehearsal();
    call.stt.script.finalMs = 4_000;
    call.speaks('slow words', { at: 500 });
    call.run(9_000);
    expect(call.all('turn.dropped')).toMatchObject([{ turn: 1 }]);
    // They had been asked to say it again; that stops for the words that came after all.
    expect(call.all('unheard')).toMatchObject([{ reply: 1 }]);
    expect(call.all('turn.committed')).toMatchObject([{ turn: 2, reply: 2, text: 'slow words' }]);
    expect(call.story.slice(-2)).toEqual(['user: slow words', 'assistant: Yes, of course.']);
  });

  test('words that come after their turn was answered wait for the next turn', () => {
    const call = new Rehearsal();
    call.speaks('Hello.', { at: 500 });
    call.at(1_800, (now) => call.stt.say(now, { kind: 'final', text: 'out there' }));
    call.types('well', { at: 5_000 });
    call.run(8_000);
    expect(call.all('turn.committed').map(({ text }) => text)).toEqual(['Hello.', 'out there well']);
  });

  test('the recogniser is gone for good: an error, and typing still works', () => {
    const call = new Rehearsal();
    call.speaks('can you hear me', { at: 500 });
    call.at(900, (now) => call.stt.say(now, { kind: 'failed', failure: LOST, fatal: true }));
    call.types('hello', { at: 3_000 });
    call.run(6_000);
    expect(call.all('error')).toMatchObject([{ stage: 'stt', reason: 'disconnected', fatal: true }]);
    expect(call.framesOf('Error')).toMatchObject([
      { stage: 'stt', fatal: true },
      { stage: 'stt', fatal: false },
    ]);
    expect(call.all('turn.dropped')).toHaveLength(1);
    expect(call.story.slice(-2)).toEqual(['user: hello', 'assistant: Yes, of course.']);
  });

  test('the model fails: the apology is spoken, and is no token of the model', () => {
    const call = new Rehearsal({
      settings: (all) => ({ ...all, reply: { ...all.reply, apology: 'Sorry. Again' } }),
    });
    call.answers.push({ text: '', failure: LOST });
    call.types('hello', { at: 0 });
    call.run(4_000);
    expect(call.story).toEqual(['user: hello', 'assistant: Sorry. Again']);
    expect(call.all('llm.first_token')).toEqual([]);
    expect(call.all('error')).toMatchObject([{ stage: 'llm' }]);
  });

  test('the model says nothing at all: the apology too', () => {
    const call = new Rehearsal();
    call.answers.push({ text: '' });
    call.types('hello', { at: 0 });
    call.run(8_000);
    expect(call.story[1]).toMatch(/^assistant: Sorry/);
  });

  test('the model breaks off in mid-sentence: the reply ends with its last whole sentence', () => {
    const call = new Rehearsal();
    call.answers.push({ text: 'We open at nine. On Sundays we', failure: LOST });
    call.types('hello', { at: 0 });
    call.run(4_000);
    expect(call.story[1]).toBe('assistant: We open at nine.');
  });

  test('the voice fails in mid-reply: what was spoken counts, the next turn is whole', () => {
    const call = new Rehearsal();
    call.answers.push({ text: 'One two three four five.', tokenMs: 300 }, { text: 'All is well.' });
    call.tts.script.chunkMs = () => 200;
    call.tts.script.fault = { reply: 1, afterChunks: 2, fatal: false };
    call.answers.unshift({ text: 'One two three four five six. And then much more of it.', tokenMs: 100 });
    call.types('hello', { at: 0 });
    call.types('again', { at: 6_000 });
    call.run(12_000);
    expect(call.story.slice(0, 3)).toEqual(['user: hello', 'assistant: One two', 'user: again']);
    expect(call.story[3]).toBe('assistant: One two three four five.');
    expect(call.llm.live).toBe(0);
  });

  test('the voice is gone for good: one error per reply, no reply stuck, no generation left', () => {
    const call = new Rehearsal();
    call.answers.push({ text: 'A first sentence. A second sentence. A third one here.' });
    call.tts.dead = true;
    call.types('hello', { at: 0 });
    call.types('again', { at: 3_000 });
    call.run(8_000);
    expect(call.all('error')).toMatchObject([
      { stage: 'tts', fatal: true },
      { stage: 'tts', fatal: true },
    ]);
    expect(call.all('reply.stopped').map(({ reply }) => reply)).toEqual([1, 2]);
    expect(call.llm.live).toBe(0);
    expect(call.all('interrupted')).toEqual([]);
  });
});

describe('length and prompt', () => {
  const short = (tokensMax: number) =>
    new Rehearsal({ settings: (all) => ({ ...all, reply: { ...all.reply, tokensMax } }) });

  test('a reply cut at its length ends with its last finished sentence', () => {
    const call = short(7);
    call.answers.push({ text: 'We open at nine. On Sundays we are closed all day.' });
    call.types('hello', { at: 0 });
    call.run(6_000);
    expect(call.story[1]).toBe('assistant: We open at nine.');
    expect(call.all('llm.done')).toMatchObject([{ finish: 'length' }]);
    expect(call.llm.cancelled).toEqual([1]);
    expect(call.all('reply.stopped')).toMatchObject([{ complete: true }]);
  });

  test('without a finished sentence it is spoken as far as it goes', () => {
    const call = short(6);
    call.answers.push({ text: 'Well now let me see, on Sundays we are closed.' });
    call.types('hello', { at: 0 });
    call.run(6_000);
    expect(call.story[1]).toBe('assistant: Well now let me see, on');
  });

  test('a reply that finishes exactly at its length loses nothing', () => {
    const call = short(7);
    call.answers.push({ text: 'We open at nine. See you then.' });
    call.types('hello', { at: 0 });
    call.run(6_000);
    expect(call.story[1]).toBe('assistant: We open at nine. See you then.');
  });

  test('a new prompt takes effect with the next request', () => {
    const call = new Rehearsal();
    call.types('first', { at: 0 });
    call.at(50, () => call.input({ kind: 'prompt', text: 'Answer in rhymes.' }));
    call.types('second', { at: 3_000 });
    call.run(3_500);
    expect(call.llm.requests.map((messages) => messages[0]?.content === 'Answer in rhymes.')).toEqual([
      false,
      true,
    ]);
    expect(call.llm.requests[1]?.filter(({ role }) => role === 'system')).toHaveLength(1);
  });
});

describe('typed text', () => {
  test('interrupts a reply and is answered at once', () => {
    const call = new Rehearsal();
    call.answers.push({ text: 'One two three four five six seven eight.' });
    call.types('count', { at: 0 });
    call.types('stop', { at: 1_000 });
    call.run(4_000);
    expect(call.all('interrupted')).toMatchObject([{ reply: 1 }]);
    expect(call.history.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  });

  test('that need not be answered disturbs nobody and is part of the next turn', () => {
    const call = new Rehearsal();
    call.types('count', { at: 0 });
    call.types('by the way', { at: 300, run: false });
    call.types('I like cats', { at: 310, run: false });
    call.types('go on', { at: 3_000 });
    call.run(6_000);
    expect(call.all('interrupted')).toEqual([]);
    expect(call.story[2]).toBe('user: by the way I like cats go on');
    expect(call.framesOf('UserStartedSpeaking')).toHaveLength(2);
  });

  test('while the caller speaks belongs to that turn', () => {
    const call = new Rehearsal();
    call.speaks('spoken', { at: 500 });
    call.types('typed', { at: 900 });
    call.run(4_000);
    expect(call.all('turn.committed')).toMatchObject([{ text: 'typed spoken' }]);
  });

  test('that is blank is nothing', () => {
    const call = new Rehearsal();
    call.types('  \n', { at: 0 });
    call.run(1_000);
    expect(call.llm.requests).toEqual([]);
    expect(call.all('turn.started')).toEqual([]);
  });

  test('with an answer to be read: no voice, the whole text in the history', () => {
    const call = new Rehearsal();
    call.answers.push({ text: 'Nine to five.' }, { text: 'And spoken.' });
    call.types('hours?', { at: 0, speak: false });
    call.types('aloud please', { at: 2_000 });
    call.run(5_000);
    expect(call.story.slice(0, 2)).toEqual(['user: hours?', 'assistant: Nine to five.']);
    expect(call.tts.spoken.map(({ text }) => text)).toEqual(['And spoken.']);
    expect(call.all('reply.started').map(({ reply }) => reply)).toEqual([2]);
  });

  test('with an answer to be read, interrupted: the text shown so far', () => {
    const call = new Rehearsal();
    call.answers.push({ text: 'One two three four.', tokenMs: 100 });
    call.types('count', { at: 0, speak: false });
    call.types('stop', { at: 250 });
    call.run(5_000);
    expect(call.story.slice(0, 3)).toEqual(['user: count', 'assistant: One two', 'user: stop']);
  });
});

test('a provider whose deadline never moves on is a named error, not a hanging process', () => {
  const call = new Rehearsal();
  call.llm.wake = () => {};
  call.types('hello', { at: 0 });
  expect(() => call.run(1_000)).toThrow('the timer llm never moves on');
});
