import type { Command } from './command.ts'
import { runCommandLine } from './command-line.ts'
import { agentInstall, agentUninstall } from './commands/agent/install.ts'
import { agentPreview } from './commands/agent/preview.ts'
import { agentSpool } from './commands/agent/spool.ts'
import { agentStatus } from './commands/agent/status.ts'
import { agentTap } from './commands/agent/tap.ts'
import { agentTop } from './commands/agent/top.ts'
import { configCheck } from './commands/config-check.ts'
import { demo } from './commands/demo.ts'
import { groups } from './commands/groups.ts'
import { logs } from './commands/logs.ts'
import { metrics } from './commands/metrics.ts'
import { roleCommands } from './commands/roles.ts'
import { topics } from './commands/topics.ts'
import { up } from './commands/up.ts'
import { verify } from './commands/verify.ts'

const commands: readonly Command[] = [
  up,
  ...roleCommands,
  agentStatus,
  agentTop,
  agentTap,
  agentPreview,
  agentSpool,
  agentInstall,
  agentUninstall,
  logs,
  metrics,
  topics,
  groups,
  verify,
  configCheck,
  demo,
]

/** Runs one command line and sets the exit code. */
export async function main(args: string[]): Promise<void> {
  process.exitCode = await runCommandLine(commands, args)
}
