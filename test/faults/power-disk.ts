import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const size = '2G'
/** So rarely does the file system write by itself what nobody synced. */
const commitSeconds = 300

/**
 * An ext4 file system in a file: what the file holds at one moment is what a disk would after a loss of power, since what was
 * written and not synced is still in memory alone. Needs root and loop devices.
 */
export class PowerDisk {
  readonly #mountPoint: string
  readonly #image: string

  private constructor(mountPoint: string, image: string) {
    this.#mountPoint = mountPoint
    this.#image = image
  }

  /** Undefined where the machine cannot have one. */
  static make(folder: string, mountPoint: string): PowerDisk | undefined {
    const image = join(folder, 'disk.img')
    mkdirSync(mountPoint, { recursive: true })
    try {
      call('truncate', '-s', size, image)
      call('mkfs.ext4', '-q', '-F', image)
      const disk = new PowerDisk(mountPoint, image)
      disk.#mount(image)
      return disk
    } catch {
      // no root, no loop device or no mkfs.ext4
      return undefined
    }
  }

  /** Keeps what a loss of power at this moment would leave. Whoever writes to the disk must stand still. */
  cut(): void {
    call('cp', '--sparse=always', this.#image, this.#kept)
  }

  /** The disk as it was left; nobody may use it meanwhile. */
  restore(): void {
    this.unmount()
    call('mv', this.#kept, this.#image)
    this.#mount(this.#image)
  }

  unmount(): void {
    call('umount', this.#mountPoint)
  }

  remove(): void {
    this.unmount()
    rmSync(this.#image)
  }

  get #kept(): string {
    return `${this.#image}.cut`
  }

  #mount(image: string): void {
    call('mount', '-o', `loop,noatime,commit=${commitSeconds}`, image, this.#mountPoint)
  }
}

function call(file: string, ...args: string[]): void {
  execFileSync(file, args, { stdio: 'pipe' })
}
