import { OperatingError } from '../../lib/base/index.ts'
import type { Intake } from '../sources/intake.ts'

/** The agent takes nothing now. Code SPOOL_FULL. */
export class OverloadError extends OperatingError {
  readonly retryAfterSeconds: number
  constructor(limit: string, retryAfterSeconds: number) {
    super('SPOOL_FULL', `the agent takes nothing now (${limit}), send again in ${retryAfterSeconds} s`)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

export function refuseUnderPressure(intake: Intake): void {
  const pressure = intake.pressure()
  if (pressure !== undefined) throw new OverloadError(pressure.limit, pressure.retryAfterSeconds)
}
