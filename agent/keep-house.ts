import { type Clock, type Closers, type Logger, OnceAMinute } from '../lib/base/index.ts'
import type { Config } from './config.ts'
import { Housekeeping } from './housekeeping.ts'
import { Governor, processUsage } from './limits/governor.ts'
import type { Positions } from './sources/file/positions.ts'
import type { Spool } from './spool/spool.ts'

/** Begins to keep the spool tidy, and the agent to its limits. */
export function keepHouse(
  { agent }: Pick<Config, 'agent'>,
  { spool, positions, clock, logger }: { spool: Spool; positions: Positions; clock: Clock; logger: Logger },
  closers: Closers,
): void {
  const troubles = new OnceAMinute(logger, clock)
  const { limits } = agent
  const governor = new Governor({ limits, clock, troubles, usage: processUsage, onOpen: () => spool.wake() })
  closers.add('limits', () => governor.close())
  spool.heldBy = () => governor.limit
  const { onFull } = agent.spool
  const housekeeping = new Housekeeping({ onFull, spool, positions, clock, logger, troubles })
  closers.add('housekeeping', () => housekeeping.close())
}
