import { FakeClock } from '../../../../lib/base/index.ts'
import { inTemporaryFolder } from '../../../testing/temporary-folder.ts'
import { TestAgent } from './test-agent.ts'

export interface Playing {
  folder: string
  agent: TestAgent
  clock: FakeClock
  /** Bodies of all rows after everything was read. */
  read(): Promise<string[]>
}

/** An agent that follows the files of a folder of its own, until `run` has ended. */
export async function playing(
  settings: { include?: string[]; extra?: object },
  run: (playing: Playing) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async folder => {
    const clock = new FakeClock(Date.now())
    const { include = ['*.log'], extra = {} } = settings
    const agent = await TestAgent.open({ folder, include, extra, clock })
    const read = async () => {
      await agent.readAll(clock)
      return (await agent.rows()).map(row => row.body)
    }
    await run({ folder, agent, clock, read })
    await agent.close()
  })
}
