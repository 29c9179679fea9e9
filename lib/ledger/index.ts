export {
  cursorKey,
  type LedgerEntry,
  type LedgerHeader,
  ledgerHeaders,
  ledgerSchema,
  readLedgerHeaders,
} from './headers.ts'
export type { Heartbeat, HeartbeatLane } from './heartbeat.ts'
