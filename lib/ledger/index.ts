export { type ByteReason, byteReasons, isByteReason, spoolFullReason } from './drop-reasons.ts'
export {
  type LedgerGap,
  readGaps,
  readServices,
  type ServiceRun,
  writeGaps,
  writeServices,
} from './gaps.ts'
export {
  agentHeader,
  cursorKey,
  type LedgerEntry,
  type LedgerHeader,
  ledgerHeaders,
  ledgerSchema,
  originalKey,
  readLedgerHeaders,
  requestHeader,
  tenantHeader,
} from './headers.ts'
export { type Heartbeat, type HeartbeatLane, readHeartbeat } from './heartbeat.ts'
