import { histograms } from './histograms.ts'
import { info } from './info.ts'
import type { FunctionKind } from './kind.ts'
import { labels } from './labels.ts'
import { math } from './math.ts'
import { order } from './order.ts'
import { overTime } from './over-time.ts'
import { time } from './time.ts'

/** The functions of PromQL. A new one is an entry in one of these tables. */
export const functions: Readonly<Record<string, FunctionKind>> = {
  ...overTime,
  ...math,
  ...time,
  ...labels,
  ...order,
  ...histograms,
  ...info,
}

/** Whether it looks at the samples of one series after the other. */
export function isOverTime(name: string): boolean {
  return Object.hasOwn(overTime, name)
}
