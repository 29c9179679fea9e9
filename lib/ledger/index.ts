export { type ByteReason, byteReasons, isByteReason, spoolFullReason } from './drop-reasons.ts'
export {
  cursorKey,
  type LedgerEntry,
  type LedgerHeader,
  ledgerHeaders,
  ledgerSchema,
  readLedgerHeaders,
} from './headers.ts'
export type { Heartbeat, HeartbeatLane } from './heartbeat.ts'
