export { type BackfillOptions, type BackfillResult, backfill } from './backfill/backfill.ts'
export { startAggregator } from './start.ts'
