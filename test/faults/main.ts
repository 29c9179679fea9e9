import { parseArgs } from 'node:util'
import { runFaults } from './run.ts'

const usage = `usage: npm run faults -- [--minutes 10] [--seed N] [--rate 2000] [--files 40]

Load on many files and from OTLP, Forward and Kafka senders, while roles are killed and frozen, connections cut, the disk
filled, clocks shifted. Ends with the ledger's proof and counts of its own. The seed is printed: it repeats what goes wrong.
`

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    rate: { type: 'string', default: '2000' },
    files: { type: 'string', default: '40' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

if (values.help) process.stdout.write(usage)
else {
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32))
  const say = (text: string): void => {
    process.stdout.write(`${text}\n`)
  }
  say(`seed ${seed}`)
  const options = {
    seed,
    seconds: Number(values.minutes) * 60,
    rate: Number(values.rate),
    files: Number(values.files),
  }
  const findings = await runFaults({ ...options, say })
  for (const finding of findings) say(`WRONG ${finding}`)
  say(
    findings.length === 0 ? 'clean: every record exactly once' : `${findings.length} findings; seed ${seed}`,
  )
  process.exitCode = findings.length === 0 ? 0 : 1
}
