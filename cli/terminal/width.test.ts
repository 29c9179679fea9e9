import { describe, expect, it } from 'vitest'
import { truncateMiddle, widthOf } from './width.ts'

describe('a name that is too long', () => {
  it('keeps its end, which tells it from others that begin alike', () => {
    const names = ['cached', 'free', 'buffers'].map(state =>
      truncateMiddle(`{system_memory_state="${state}"}`, 16),
    )
    expect(names).toEqual(['{sys…e="cached"}', '{sys…ate="free"}', '{sys…="buffers"}'])
  })

  it.each([1, 2, 3, 5, 16, 40])('takes at most %i cells, whatever it is made of', width => {
    for (const text of ['plain text that goes on and on', '日本語のとても長い名前です', '😀'.repeat(20)])
      expect(widthOf(truncateMiddle(text, width))).toBeLessThanOrEqual(Math.max(2, width))
  })
})
