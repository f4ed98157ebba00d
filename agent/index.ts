// The agent as a library: settings from an environment, and calls as sans-IO sessions for whoever brings
// sockets and a clock of their own. What is exported here is kept stable; everything else may move.
export { createCall, type TransportName } from './call.ts';
export type { AgentFact } from './core/fact.ts';
export type { SessionEffect } from './core/outlet.ts';
export type { Session, SessionInput } from './core/session.ts';
export type { CoreSettings } from './core/setting.ts';
export { type AgentSettings, readSettings, type SettingsResult } from './settings.ts';
export { defineTool, type Tool, type ToolDefinition, toolFault } from './tool/define.ts';
