import type { Command } from '../command.ts'
import type { RoleName } from '../role-name.ts'
import { runRole, type StartRole } from '../role-process.ts'

/** The command that runs one role; its code is loaded only then. */
export function roleCommand(
  name: RoleName,
  load: () => Promise<StartRole>,
  summary: string,
  examples: Command['examples'],
): Command {
  return {
    name,
    isServer: true,
    summary,
    details: 'Runs in the foreground and prints one line when ready. SIGTERM and Ctrl-C drain and stop it.',
    examples,
    run: async call => {
      const source = { file: call.configFile, load: () => call.config() }
      return await runRole(name, await call.config(), await load(), source)
    },
  }
}
