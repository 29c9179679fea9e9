import { checksum } from '../../../lib/kafka/index.ts'
import { copyBytes } from '../../records/bytes.ts'

const gatherBytes = 65_536
/** Longer ranges are not copied: a call for one costs less. */
const shortBytes = 4096

/** The CRC-32C of ranges one behind the other. Short ones are gathered, since each call into native code has its price. */
export class RunningSum {
  #crc = 0
  #length = 0
  readonly #gathered = Buffer.allocUnsafe(gatherBytes)

  add(bytes: Buffer, start: number, end: number): void {
    if (end - start > shortBytes) {
      this.#settle()
      this.#crc = checksum(bytes, start, end, this.#crc)
      return
    }
    if (this.#length + end - start > gatherBytes) this.#settle()
    this.#length = copyBytes(bytes, start, end, this.#gathered, this.#length)
  }

  /** Of all that was added since it was taken last, or since it was cleared. */
  take(): number {
    this.#settle()
    const crc = this.#crc
    this.#crc = 0
    return crc
  }

  clear(): void {
    this.#crc = this.#length = 0
  }

  #settle(): void {
    if (this.#length > 0) this.#crc = checksum(this.#gathered, 0, this.#length, this.#crc)
    this.#length = 0
  }
}
