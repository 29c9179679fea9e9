import type { Random } from '../../cli/demo/random.ts'

/** Bytes that are no UTF-8. */
const odd = Buffer.from([0xff, 0xfe, 0x80, 0xc3, 0x28])

/**
 * One line of some kind, with its end: JSON, text, text of Windows, text with bytes that are no UTF-8. Each holds `seq=N;`,
 * by which it can be counted wherever it comes out.
 */
export function lineOf(seq: number, random: Random): Buffer {
  const level = random.pick(['info', 'warn', 'error'])
  const time = new Date().toISOString()
  switch (random.below(4)) {
    case 0:
      return Buffer.from(
        `${JSON.stringify({ time, level, msg: `seq=${seq}; done`, user: random.hex(8), ms: random.below(900) })}\n`,
      )
    case 1:
      return Buffer.from(`${time} ${level.toUpperCase()} seq=${seq}; took ${random.below(900)} ms – grün\r\n`)
    case 2:
      return Buffer.concat([Buffer.from(`${time} ${level} seq=${seq}; raw `), odd, Buffer.from('\n')])
    default:
      return Buffer.from(`time=${time} level=${level} msg="seq=${seq}; ok" path=/a/${random.hex(4)}\n`)
  }
}
