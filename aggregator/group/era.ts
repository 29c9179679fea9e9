import { type BlockSettings, decodeSettings, encodeSettings } from '../range/settings.ts'
import type { StartingPoint } from './plan.ts'

/** The settings that ranges are made with, and the offset from which on they have been without a break. */
export interface Era {
  settings: BlockSettings
  since: number
}

/** A range that was planned before, to be made as it was then. */
export interface Replay {
  to: number
  /** Undefined where the plan does not say: then with the settings of now. */
  era: Era | undefined
}

export function replayOf({ offset, replayTo, settings, since }: StartingPoint): Replay | undefined {
  if (replayTo === undefined) return undefined
  const planned = settings === undefined ? undefined : decodeSettings(settings)
  return { to: replayTo, era: planned && { settings: planned, since: since ?? offset } }
}

/** The era of ranges to be planned: a new one where the configuration has changed since the last commit. */
export function eraAfter(start: StartingPoint, settings: BlockSettings): Era {
  const isSame = start.settings === encodeSettings(settings)
  return { settings, since: isSame ? (start.since ?? start.offset) : (start.replayTo ?? start.offset) }
}
