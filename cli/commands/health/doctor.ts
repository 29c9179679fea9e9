import { messageOf } from '../../../lib/base/index.ts'
import { type Call, type Command, exitDone, exitNot } from '../../command.ts'
import type { Config } from '../../config.ts'
import { listeners } from '../../listeners.ts'
import { write, writeJson } from '../../terminal/output.ts'
import { type Finding, findingLines, isWrong } from './finding.ts'
import { judge } from './judge.ts'
import { look } from './look.ts'
import { machineFindings, portFindings } from './machine.ts'

export const doctor: Command = {
  name: 'doctor',
  asksApi: true,
  summary: 'checks this machine, before an installation and after',
  options: {
    machine: { type: 'boolean', description: 'only the machine, not what runs on it' },
    json: { type: 'boolean', description: 'one finding a line' },
  },
  details: [
    'Configuration, system, limits, disks and their speed, ports, clock; and, where something of Millrace answers, all that',
    'millrace status has. Changes nothing: it writes one small file in dataDir and removes it. Exit code: 0 nothing is wrong, 1 something is.',
  ].join('\n'),
  examples: [
    ['millrace doctor', 'everything'],
    ['millrace doctor --machine --config new.yaml', 'whether this machine would do'],
  ],
  run: async call => {
    const findings = await examine(call)
    if (call.flag('json')) for (const finding of findings) await writeJson(finding)
    else await write(findingLines(findings, call.paint))
    return findings.some(isWrong) ? exitNot : exitDone
  },
}

async function examine(call: Call): Promise<Finding[]> {
  let config: Config
  try {
    config = await call.config()
  } catch (error) {
    return [
      {
        what: 'configuration',
        verdict: 'wrong',
        detail: messageOf(error),
        remedy: 'mend it, see docs: millrace config check',
      },
    ]
  }
  const detail = call.configFile ?? 'none: the defaults hold'
  const found: Finding[] = [
    { what: 'configuration', verdict: 'ok', detail },
    ...(await machineFindings(config)),
  ]
  const seen = call.flag('machine') ? undefined : await look(config)
  const isRunning = seen !== undefined && ('value' in seen.query || 'value' in seen.agent)
  found.push(...(await portFindings(listeners(config), isRunning)))
  if (isRunning) return [...found, ...judge(seen)]
  if (seen !== undefined)
    found.push({
      what: 'Millrace',
      verdict: 'note',
      detail: 'nothing of it answers here',
      remedy: 'start it: millrace up',
    })
  return found
}
