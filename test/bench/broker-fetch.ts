import { type Figure, measure, median } from './broker/figures.ts'
import { fetchFrames, plainFetchFrames, produceFrames, type Shape } from './broker/frames.ts'
import { load } from './broker/load.ts'
import { startBrokerSubject, startFloor } from './broker/subjects.ts'
import type { BenchRow } from './types.ts'

const runs = 5
const connections = 4
const totalBytes = 400_000_000
const shapes: readonly [string, Shape][] = [
  ['256 KiB batches', { batchBytes: 262_144, recordBytes: 1_024 }],
  ['16 KiB batches', { batchBytes: 16_384, recordBytes: 1_024 }],
]

/**
 * A raw client reads whole partitions of our broker, up to 1 MiB at a time. The floor sends as many bytes of its memory
 * over loopback, also from a process of its own.
 */
export async function run(): Promise<BenchRow[]> {
  const broker = await startBrokerSubject('os')
  const floor = await startFloor('fetch')
  const each = totalBytes / connections
  const lanes = Array.from({ length: connections }, (_, i) => i)
  try {
    const rows: BenchRow[] = []
    for (const [name, shape] of shapes) {
      const topic = `t${shape.batchBytes}`
      await broker.createTopic(topic, connections)
      await load(
        broker.address,
        lanes.map(i => produceFrames(topic, i, shape, each)),
        4,
      )
      const figures: Figure[] = []
      const floors: Figure[] = []
      for (let i = 0; i < runs; i++) {
        floors.push(
          await measure(floor, () =>
            load(
              floor.address,
              lanes.map(() => plainFetchFrames(each)),
              1,
            ),
          ),
        )
        const frames = () => lanes.map(lane => fetchFrames(topic, lane, shape, each))
        figures.push(await measure(broker, () => load(broker.address, frames(), 1)))
      }
      await broker.deleteTopic(topic)
      rows.push(...rowsOf(name, figures, floors))
    }
    return rows
  } finally {
    await broker.stop()
    await floor.stop()
  }
}

function rowsOf(shape: string, figures: Figure[], floors: Figure[]): BenchRow[] {
  const name = `broker: fetch, ${shape}`
  const [rate, rateFloor] = [median(figures, 'mbPerSecond'), median(floors, 'mbPerSecond')]
  const [cpu, cpuFloor] = [median(figures, 'cpuPerGb'), median(floors, 'cpuPerGb')]
  return [
    {
      name,
      figure: rate,
      unit: 'MB/s',
      floor: rateFloor,
      ratio: rate / rateFloor,
      notes: 'floor: send over loopback',
    },
    { name, figure: cpu, unit: 'CPU-s/GB', floor: cpuFloor, ratio: cpu / cpuFloor },
  ]
}
