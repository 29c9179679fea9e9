import { lockFolder, type SharedConfig, stderrLogger, systemClock } from '../../lib/base/index.ts'
import { agentFolder } from '../file-names.ts'
import { laneNames, leftoverLanes } from '../spool/lane-names.ts'
import { Spool } from '../spool/spool.ts'

export interface OpenedSpool {
  spool: Spool
  folder: string
  close(): Promise<void>
}

/** The spool of an agent that does not run, with what a crash left of it put right. Errors: FOLDER_LOCKED while it does. */
export async function openSpool(config: SharedConfig, maxBytes: number): Promise<OpenedSpool> {
  const folder = agentFolder(config.dataDir)
  const unlock = await lockFolder(folder)
  const { topics } = config.kafka
  const wanted = laneNames(topics, 1)
  const lanes = [...wanted, ...(await leftoverLanes(folder, topics, wanted))]
  const logger = stderrLogger('agent', 'warn')
  const spool = await Spool.open({ agentFolder: folder, lanes, maxBytes, clock: systemClock, logger })
  return {
    spool,
    folder,
    async close() {
      await spool.close()
      await unlock()
    },
  }
}
