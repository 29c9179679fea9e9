import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cleanShutdownMarker } from './filenames.ts'
import { Scene, testTimeout } from './testing/scene.ts'

describe('the marker of a clean shutdown', testTimeout, () => {
  const scene = Scene.forEachTest()

  it('is there only while the broker is down; without it the broker says that logs are checked', async () => {
    const { broker } = scene
    const folder = join(broker.dataDir, 'broker', 'data')
    const said = () => broker.entries.filter(entry => entry.message.startsWith('no clean shutdown')).length
    await scene.createTopic('t')
    await broker.stop()
    expect(await readdir(folder)).toContain(cleanShutdownMarker)
    await broker.restart()
    expect(await readdir(folder)).not.toContain(cleanShutdownMarker)
    expect(said()).toBe(0)
    await broker.stop()
    await rm(join(folder, cleanShutdownMarker))
    await broker.restart()
    expect(said()).toBe(1)
  })
})
