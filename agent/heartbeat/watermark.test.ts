import { expect, test } from 'vitest'
import { Watermark } from './watermark.ts'

test('a time is claimed when every lane is acknowledged to where it ended then', () => {
  const watermark = new Watermark(5)
  watermark.spooled(10, [3, 0])
  watermark.spooled(20, [4, 7])
  watermark.acknowledged([2, 9])
  expect(watermark.claimedMs).toBe(5)
  watermark.acknowledged([4, 6])
  expect(watermark.claimedMs).toBe(10)
  watermark.acknowledged([4, 7])
  expect(watermark.claimedMs).toBe(20)
})

test('it never goes back, and holds only so many times', () => {
  const watermark = new Watermark(100)
  watermark.spooled(50, [0])
  watermark.acknowledged([9])
  expect(watermark.claimedMs).toBe(100)
  for (let i = 1; i <= 1000; i++) watermark.spooled(100 + i, [i])
  watermark.acknowledged([1000])
  expect(watermark.claimedMs).toBe(1100)
})
