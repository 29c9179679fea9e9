import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FakeClock } from '../../../lib/base/index.ts'
import { inTemporaryFolder } from '../../testing/temporary-folder.ts'
import { TestAgent } from './testing/test-agent.ts'

const line = (log: string, attrs?: object) =>
  `${JSON.stringify({ log, stream: 'stdout', ...(attrs && { attrs }), time: '2026-11-28T17:07:26.5Z' })}\n`

test("what Docker says of a container in its lines stands beside each of them, also of several files' in turn", async () => {
  await inTemporaryFolder(async folder => {
    const clock = new FakeClock()
    const shop = { tag: 'shop/1', 'com.example.team': 'orders' }
    const lines = [line('one\n', shop), line('tw', shop), line('o\n', shop), line('three\n')]
    await writeFile(join(folder, 'a-json.log'), lines.join(''))
    await writeFile(join(folder, 'b-json.log'), line('{"msg":"four"}\n', { tag: 'web', size: 5 }))
    const transforms = [
      { type: 'drop', name: 'team', where: '{} | attrs_com_example_team="orders" |= "one"' },
    ]
    const agent = await TestAgent.open({ folder, clock, include: ['*.log'], transforms })
    await agent.readAll(clock)
    const told = (await agent.rows()).map(({ body, attributes }) => [
      body,
      Object.fromEntries(Object.entries(attributes).filter(([key]) => key.startsWith('attrs.'))),
    ])
    expect(told).toEqual([
      ['two', { 'attrs.tag': 'shop/1', 'attrs.com.example.team': 'orders' }],
      ['three', {}],
      ['{"msg":"four"}', { 'attrs.tag': 'web' }],
    ])
    await agent.close()
  })
})
