// `npm run conformance [-- --against HOST:PORT [--sasl HOST:PORT]]`: puts the cases of the conformance suite to our broker, or to another one.
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const usage = `usage: npm run conformance [-- --against HOST:PORT [--sasl HOST:PORT]]

puts the same cases to our broker, or with --against to the one that listens there:
  npm run conformance -- --against 127.0.0.1:19092
--sasl is its listener that takes SCRAM-SHA-256 and SCRAM-SHA-512, for delegation tokens
`

const { values } = parseArgs({
  options: { against: { type: 'string' }, sasl: { type: 'string' }, help: { type: 'boolean' } },
})
if (values.help) {
  process.stdout.write(usage)
  process.exit()
}
if (values.against !== undefined && !/^\S+:\d+$/.test(values.against)) {
  process.stderr.write(`--against ${values.against}: expected HOST:PORT\n${usage}`)
  process.exit(2)
}
const env = { ...process.env }
if (values.against !== undefined) env['MILLRACE_CONFORMANCE_AGAINST'] = values.against
if (values.sasl !== undefined) env['MILLRACE_CONFORMANCE_SASL'] = values.sasl
const { status } = spawnSync('vitest', ['run', 'test/conformance/suite'], { stdio: 'inherit', env })
process.exit(status ?? 1)
