import type { Clock } from './clock.ts'
import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'

/** What every role is handed beside its configuration. */
export interface RoleContext {
  logger: Logger
  metrics: Metrics
  clock: Clock
  /** Called once when a role that was ready can no longer go on; the process then ends with that one line. */
  fail(error: unknown): void
  /** Called where a role has nothing left to do: the process then ends as if it were told to. */
  done?(): void
}

/** A running role. */
export interface Role {
  /** What it listens on, as taken (port 0 resolved): `{ kafka: '127.0.0.1:9092' }`. Empty for a role without listeners. */
  addresses: Record<string, string>
  /** Its records go to standard output, where nothing else may stand then. */
  ownsStdout?: boolean
  /**
   * Goes over to another configuration without a restart; answers the keys that only a restart takes up. Where it cannot,
   * it throws and goes on as before. Absent where a role cannot.
   */
  reload?(config: unknown): Promise<string[]>
  /** Drains and stops; resolves when nothing of the role is left running. */
  close(): Promise<void>
}
