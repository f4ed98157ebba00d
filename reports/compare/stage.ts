// The stages of an answer in order, as reports name them, each with its fixed colour (Okabe–Ito, as in
// the terminal: network green, recogniser blue, model orange, voice purple) and pattern as second code.

export type StageStyle = {
  readonly name: string;
  readonly label: string;
  readonly colour: string;
  readonly pattern: 'solid' | 'rising' | 'falling' | 'dots';
};

export const STAGES: readonly StageStyle[] = [
  { name: 'uplink', label: 'uplink', colour: '#009E73', pattern: 'rising' },
  { name: 'endpoint', label: 'end of turn', colour: '#999999', pattern: 'solid' },
  { name: 'stt', label: 'recogniser', colour: '#56B4E9', pattern: 'solid' },
  { name: 'llm', label: 'model', colour: '#E69F00', pattern: 'solid' },
  { name: 'clause', label: 'first clause', colour: '#F0E442', pattern: 'dots' },
  { name: 'tts', label: 'voice', colour: '#CC79A7', pattern: 'solid' },
  { name: 'downlink', label: 'downlink', colour: '#009E73', pattern: 'falling' },
  { name: 'playout', label: 'playout', colour: '#009E73', pattern: 'solid' },
];

/** Stages that the transport answers for. */
export const NETWORK_STAGES = ['uplink', 'downlink', 'playout'] as const;
