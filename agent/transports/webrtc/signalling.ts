// What passes on the data channel beside RTVI: the client's sign of life, what it says of its tracks, and
// two words of ours. Shapes as the stock client of SmallWebRTC (1.10.8) sends and takes them.

/** The client's once-a-second "ping: <epoch ms>" and its own signalling: no business of the conversation. */
export const isSignalling = (message: string): boolean =>
  message.startsWith('ping') || SIGNALLING.test(message.slice(0, 200));

/** We are going: the client disconnects on it. */
export const PEER_LEFT = '{"type":"signalling","message":{"type":"peerLeft"}}';

/** Asks the client for another offer on the same peer connection. */
export const RENEGOTIATE = '{"type":"signalling","message":{"type":"renegotiate"}}';

const SIGNALLING = /^\s*\{\s*"type"\s*:\s*"signalling"/;
