export { alone } from './alone.ts'
export { type BackfillOptions, type BackfillResult, backfill } from './backfill/backfill.ts'
export { type ListedLetter, listLetters, type ReplayOptions, replayLetters } from './dead-letters/replay.ts'
export { startAggregator } from './start.ts'
