export { alone } from './alone.ts'
export { type BackfillOptions, type BackfillResult, backfill, expectRollup } from './backfill/backfill.ts'
export { letterReader } from './dead-letters/readable.ts'
export {
  type LetterState,
  type ListedLetter,
  listLetters,
  type ReplayOptions,
  type ReplayResult,
  replayLetters,
} from './dead-letters/replay.ts'
export { countWaiting, type WaitingLetters } from './dead-letters/waiting.ts'
export { startAggregator } from './start.ts'
