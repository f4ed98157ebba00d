// What one direction of a connection cost: counted at the sender, as it leaves.

export type TcpCounters = {
  /** Packets and their bytes with all headers, acknowledgements included. */
  packets: number;
  wireBytes: number;
  /** Packets the link dropped. */
  dropped: number;
  /** Segments with data, and how many of them were sent again. */
  segments: number;
  retransmissions: number;
  timeouts: number;
  probes: number;
  /** Times that arrived data had to wait for a gap before it: head-of-line blocking. */
  holStalls: number;
};

export const newCounters = (): TcpCounters => ({
  packets: 0,
  wireBytes: 0,
  dropped: 0,
  segments: 0,
  retransmissions: 0,
  timeouts: 0,
  probes: 0,
  holStalls: 0,
});
