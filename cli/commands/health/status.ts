import { type Command, exitDone, exitNot } from '../../command.ts'
import { write, writeJson } from '../../terminal/output.ts'
import { findingLines, isWrong } from './finding.ts'
import { judge } from './judge.ts'
import { look } from './look.ts'

export const status: Command = {
  name: 'status',
  asksApi: true,
  summary: 'all roles, lags and disks: what is wrong, and what to do about it',
  options: { json: { type: 'boolean', description: 'one finding a line' } },
  details: 'Exit code: 0 all is well, 1 something is wrong.',
  examples: [
    ['millrace status', 'of the installation that the configuration names'],
    [`millrace status --json | jq 'select(.verdict != "ok")'`, 'what is not well, for a script'],
  ],
  run: async call => {
    const findings = judge(await look(await call.config()))
    if (call.flag('json')) for (const finding of findings) await writeJson(finding)
    else await write(findingLines(findings, call.paint))
    return findings.some(isWrong) ? exitNot : exitDone
  },
}
