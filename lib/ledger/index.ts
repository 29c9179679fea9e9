export { type ByteReason, byteReasons, isByteReason, spoolFullReason } from './drop-reasons.ts'
export type { LedgerGap, ServiceRun } from './gaps.ts'
export {
  cursorKey,
  type LedgerEntry,
  type LedgerHeader,
  ledgerHeaders,
  ledgerSchema,
  originalKey,
  readLedgerHeaders,
} from './headers.ts'
export type { Heartbeat, HeartbeatLane } from './heartbeat.ts'
