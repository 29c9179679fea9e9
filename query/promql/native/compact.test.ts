import { expect, it } from 'vitest'
import { playScript } from '../testing/play.ts'

// buckets below zero that do not grow: of what is computed, zero's bucket reaches to the other side alone
const script = `
load 1m
  h{s="a"} {{schema:0 count:6 sum:9 z_bucket:2 z_bucket_w:0.5 offset:1 buckets:[3] n_buckets:[1]}} {{schema:0 count:12 sum:21 z_bucket:4 z_bucket_w:0.5 offset:1 buckets:[7] n_buckets:[1]}}
  h{s="b"} {{schema:0 count:6 sum:9 z_bucket:2 z_bucket_w:0.5 offset:1 buckets:[3] n_buckets:[1]}} {{schema:0 count:12 sum:21 z_bucket:4 z_bucket_w:0.5 offset:1 buckets:[7] n_buckets:[1]}}

eval instant at 1m histogram_fraction(0, 1, increase(h{s="a"}[2m]))
  {s="a"} 0.3333333333

eval instant at 1m histogram_fraction(0, 1, sum(increase(h[2m])))
  {} 0.3333333333

eval instant at 1m histogram_fraction(0, 1, idelta(h{s="a"}[2m]))
  {s="a"} 0.3333333333

eval instant at 1m histogram_fraction(0, 1, h{s="a"} - h{s="a"} offset 1m)
  {s="a"} 0.3333333333

eval instant at 1m histogram_fraction(0, 1, h{s="a"})
  {s="a"} 0.1666666667
`

it('a histogram that is computed keeps no buckets of nothing', () => {
  const { played, wrong } = playScript(script)
  expect(played).toBe(5)
  expect(wrong).toEqual([])
})
