import type { Command } from './command.ts'
import { runCommandLine } from './command-line.ts'
import { aclCommands } from './commands/access/acls.ts'
import { quotaCommands } from './commands/access/quotas.ts'
import { userCommands } from './commands/access/users.ts'
import { agentTools } from './commands/agent/commands.ts'
import { backfillCommand } from './commands/backfill.ts'
import { cat } from './commands/cat.ts'
import { configCheck } from './commands/config-check.ts'
import { deadLetters } from './commands/dead-letters.ts'
import { demo } from './commands/demo.ts'
import { labels } from './commands/explore/labels.ts'
import { patterns } from './commands/explore/patterns.ts'
import { series } from './commands/explore/series.ts'
import { stats } from './commands/explore/stats.ts'
import { groupCommands } from './commands/groups/commands.ts'
import { doctor } from './commands/health/doctor.ts'
import { status } from './commands/health/status.ts'
import { top } from './commands/health/top.ts'
import { logs } from './commands/logs/logs.ts'
import { mcp } from './commands/mcp.ts'
import { metrics } from './commands/metrics/metrics.ts'
import { referenceCommands } from './commands/reference.ts'
import { roleCommands } from './commands/roles.ts'
import { rules } from './commands/rules.ts'
import { storeBackup, storeCheck, storeRestore } from './commands/store/backup.ts'
import { storeDelete } from './commands/store/delete.ts'
import { storeMigrate } from './commands/store/migrate.ts'
import { tokenCommands } from './commands/tokens.ts'
import { topicCommands } from './commands/topics/commands.ts'
import { traces } from './commands/traces.ts'
import { transactionCommands } from './commands/transactions.ts'
import { up } from './commands/up.ts'
import { verify } from './commands/verify.ts'

export const commands: readonly Command[] = [
  up,
  ...roleCommands,
  ...agentTools,
  logs,
  metrics,
  traces,
  patterns,
  labels,
  series,
  stats,
  status,
  top,
  doctor,
  mcp,
  ...topicCommands,
  ...groupCommands,
  ...aclCommands,
  ...userCommands,
  ...quotaCommands,
  ...transactionCommands,
  storeMigrate,
  storeBackup,
  storeRestore,
  storeCheck,
  storeDelete,
  cat,
  rules,
  verify,
  backfillCommand,
  deadLetters,
  ...tokenCommands,
  configCheck,
  demo,
  ...referenceCommands(() => commands),
]

/** Runs one command line and sets the exit code. */
export async function main(args: string[]): Promise<void> {
  process.exitCode = await runCommandLine(commands, args)
}
