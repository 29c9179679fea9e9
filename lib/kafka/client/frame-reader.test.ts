import { describe, expect, it } from 'vitest'
import { FrameReader } from './frame-reader.ts'

const frameOf = (text: string) => {
  const size = Buffer.alloc(4)
  size.writeInt32BE(text.length)
  return Buffer.concat([size, Buffer.from(text)])
}

describe('frames that a broker sends', () => {
  it('come whole however the network cuts them', () => {
    const bytes = Buffer.concat([frameOf('first'), frameOf('second one'), frameOf('last')])
    for (let step = 1; step <= bytes.length; step++) {
      const frames: string[] = []
      const reader = new FrameReader(frame => frames.push(String(frame)))
      for (let at = 0; at < bytes.length; at += step) reader.take(bytes.subarray(at, at + step))
      expect(frames).toEqual(['first', 'second one', 'last'])
    }
  })

  it('are refused where their length cannot be one', () => {
    const reader = new FrameReader(() => undefined)
    expect(() => reader.take(Buffer.from('HTTP/1.1 400 Bad Request'))).toThrow('not answer as a Kafka broker')
    const short = new FrameReader(() => undefined)
    expect(() => short.take(Buffer.from([0, 0, 0, 3]))).toThrow('not answer as a Kafka broker')
  })
})
