import { runCommandLine } from './command-line.ts'
import { agentCommands } from './commands/agent/commands.ts'

/** The same as `main`, for a host that has only the agent: what `npm run build:agent` makes a program of. */
export async function main(args: string[]): Promise<void> {
  process.exitCode = await runCommandLine(agentCommands, args)
}
