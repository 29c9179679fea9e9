import { readFile, statfs } from 'node:fs/promises'
import { type Collect, gauge, point, sum } from './measures.ts'

const maxMounts = 64

interface Mount {
  device: string
  path: string
  type: string
}

/** Space per mounted file system that stands on a disk. */
export function filesystemCollector(): Collect {
  return async () => {
    const usage: ReturnType<typeof point>[] = []
    const utilization: ReturnType<typeof point>[] = []
    for (const mount of await mounts()) {
      const space = await statfs(mount.path).catch(() => undefined)
      // not ours to see, or not there any more
      if (space === undefined || space.blocks === 0) continue
      const attributes = {
        'system.device': mount.device,
        'system.filesystem.mountpoint': mount.path,
        'system.filesystem.type': mount.type,
      }
      const used = (space.blocks - space.bfree) * space.bsize
      const free = space.bavail * space.bsize
      const reserved = (space.bfree - space.bavail) * space.bsize
      for (const [state, bytes] of [
        ['used', used],
        ['free', free],
        ['reserved', reserved],
      ] as const)
        usage.push(point(bytes, { ...attributes, 'system.filesystem.state': state }))
      utilization.push(point(used + free > 0 ? used / (used + free) : 0, attributes))
    }
    return [
      sum('system.filesystem.usage', 'By', 'space per state', usage, false),
      gauge('system.filesystem.utilization', '1', 'share of the space in use', utilization),
    ]
  }
}

async function mounts(): Promise<Mount[]> {
  if (process.platform !== 'linux') return [{ device: '/', path: '/', type: 'unknown' }]
  return parseMounts(await readFile('/proc/self/mounts', 'utf8'))
}

/** Source: proc(5), fstab(5): device, path and type, with spaces as \040. Each device once. */
export function parseMounts(text: string): Mount[] {
  const byDevice = new Map<string, Mount>()
  for (const line of text.split('\n')) {
    const [device = '', path = '', type = ''] = line.split(' ').map(unescapeOctal)
    const isReal = device.startsWith('/dev/') || path === '/'
    if (isReal && type !== 'squashfs' && !byDevice.has(device)) byDevice.set(device, { device, path, type })
  }
  return [...byDevice.values()].slice(0, maxMounts)
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}
