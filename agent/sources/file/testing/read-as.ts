import { FakeClock } from '../../../../lib/base/index.ts'
import { TestAgent } from './test-agent.ts'

/** Reads `logs` of a folder as another user and prints what was found; a process of its own, since that is for good. */
async function main([folder = '', user = '']: readonly string[]): Promise<void> {
  process.setgid?.(Number(user))
  process.setgroups?.([])
  process.setuid?.(Number(user))
  const clock = new FakeClock()
  const agent = await TestAgent.open({ folder, include: ['logs/**/*.log'], clock })
  for (let i = 0; i < 3; i++) {
    clock.advance(11_000)
    await agent.readAll(clock)
  }
  const bodies = (await agent.rows()).map(row => row.body)
  const warnings = agent.entries.map(({ message, attributes }) => `${message} ${attributes['path']}`)
  await agent.close()
  process.stdout.write(JSON.stringify({ bodies, warnings }))
}

await main(process.argv.slice(2))
