// A caller in a room, as a page: says the recording it is told to, and tells whoever opened it everything
// that it hears and is told. Its WebSocket is the test's: `?room=…&token=…&test=ws://…`.
import { RoomSound } from './sound.ts';
import { StandInCall } from './stand-in-room.test-support.ts';

const query = new URLSearchParams(location.search);
const test = new WebSocket(query.get('test') ?? '');
test.binaryType = 'arraybuffer';
const tell = (word: unknown): void => test.send(JSON.stringify(word));

test.onopen = async () => {
  const sound = await RoomSound.open(16_000, (pcm) => test.send(pcm));
  const call = new StandInCall();
  call.on('app-message', ({ data }) => tell({ heard: data }));
  call.on('participant-left', () => tell({ left: true }));
  call.on('track-started', ({ track }) => {
    sound.listen(track);
    tell({ track: true });
  });
  test.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data !== 'string') return sound.speak(new Int16Array(data));
    if (data === 'leave') void call.leave().then(() => tell({ gone: true }));
    else call.sendAppMessage(JSON.parse(data), '*');
  };
  try {
    await call.join({
      url: query.get('room') ?? '',
      token: query.get('token') ?? 'wrong',
      userName: 'caller',
      audioSource: sound.voice,
      videoSource: false,
      startVideoOff: true,
    });
    tell({ joined: true });
  } catch (error) {
    tell({ refused: String(error) });
  }
};
