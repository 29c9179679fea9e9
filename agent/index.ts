export { readAdminAccess } from './admin/access-file.ts'
export type { AgentStatus } from './admin/status.ts'
export { type AgentDeps, startAgent } from './agent.ts'
export { agentFolder } from './file-names.ts'
export { quarantine } from './ship/quarantine.ts'
export {
  checkLane,
  type LaneCheck,
  recordsFrom,
  recordsOf,
  type ShownRecord,
  signalOf,
} from './spool-tools/examine.ts'
export { type OpenedSpool, openSpool } from './spool-tools/open-spool.ts'
export { listQuarantine, type QuarantinedBatch, readQuarantined } from './spool-tools/quarantine-files.ts'
export { replayBatch } from './spool-tools/replay.ts'
export { previewTopic, type TopicPreviewReport } from './transforms/preview-topic.ts'
