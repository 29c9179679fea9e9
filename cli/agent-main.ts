import { runCommandLine } from './command-line.ts'
import { agentTools } from './commands/agent/commands.ts'
import { agentRole } from './commands/agent/run.ts'
import { configCheck } from './commands/config-check.ts'

/** The same as `main`, for a host that has only the agent: what `npm run build:agent` makes a program of. */
export async function main(args: string[]): Promise<void> {
  process.exitCode = await runCommandLine([agentRole, ...agentTools, configCheck], args)
}
