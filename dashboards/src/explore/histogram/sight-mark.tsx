import { useTimes } from '../../ui/times.ts'
import { type InSight, useSight } from '../lines/in-sight.ts'
import styles from './histogram.module.css'

interface Properties {
  inSight: InSight
  range: { startMs: number; endMs: number }
}

/** Under the bars: the part of the range that the lines on screen are of. */
export function SightMark({ inSight, range }: Properties) {
  const sight = useSight(inSight)
  const times = useTimes()
  if (sight === undefined) return null
  const share = (ms: number) =>
    Math.max(0, Math.min(1, (ms - range.startMs) / (range.endMs - range.startMs))) * 100
  const [from, to] = [share(sight.fromMs), share(sight.toMs)]
  return (
    <div
      className={styles['sight']}
      data-testid="in-sight"
      style={{ left: `${from}%`, width: `${to - from}%` }}
      title={`on screen: ${times.dateTime(sight.fromMs)} to ${times.dateTime(sight.toMs)}`}
    />
  )
}
