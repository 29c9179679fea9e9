import { type KeyboardEvent, type PointerEvent, type RefObject, useState } from 'react'

/** Indexes of the first and the last bucket. */
export interface Span {
  from: number
  to: number
}

/** Chooses buckets: by dragging, or by arrows with Shift and then Enter. */
export function useBrush(
  plot: RefObject<HTMLElement | null>,
  count: number,
  at: number | undefined,
  setAt: (index: number | undefined) => void,
  onChoose: (span: Span) => void,
) {
  const [brush, setBrush] = useState<Span>()
  const choose = (span: Span) => {
    setBrush(undefined)
    setAt(undefined)
    onChoose(ordered(span))
  }
  const indexAt = ({ clientX }: PointerEvent) => {
    const box = plot.current?.getBoundingClientRect()
    const share = box === undefined ? 0 : (clientX - box.left) / box.width
    return Math.max(0, Math.min(count - 1, Math.floor(share * count)))
  }
  const byKey = (event: KeyboardEvent) => {
    const { key, shiftKey } = event
    if (key === 'Escape') setBrush(undefined)
    else if (key === 'Enter' && at !== undefined) choose(brush ?? { from: at, to: at })
    else {
      const to = destination(key, at, count)
      if (to === undefined) return
      setAt(to)
      setBrush(shiftKey ? { from: brush?.from ?? at ?? to, to } : undefined)
    }
    event.preventDefault()
  }
  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      event.currentTarget.setPointerCapture(event.pointerId)
      setBrush({ from: indexAt(event), to: indexAt(event) })
    },
    onPointerMove: (event: PointerEvent) => {
      const index = indexAt(event)
      setAt(index)
      if (brush !== undefined && event.buttons > 0) setBrush({ ...brush, to: index })
    },
    onPointerUp: () => brush !== undefined && choose(brush),
    onPointerLeave: () => setAt(undefined),
    onBlur: () => setAt(undefined),
    onKeyDown: byKey,
  }
  return { brush: brush && ordered(brush), handlers }
}

function destination(key: string, at: number | undefined, count: number): number | undefined {
  if (count === 0) return undefined
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  const step = { ArrowLeft: -1, ArrowRight: 1, PageDown: 10, PageUp: -10 }[key]
  if (step === undefined) return undefined
  return Math.max(0, Math.min(count - 1, at === undefined ? count - 1 : at + step))
}

function ordered({ from, to }: Span): Span {
  return { from: Math.min(from, to), to: Math.max(from, to) }
}

export function spanStyle({ from, to }: Span, count: number) {
  return { left: `${(from / count) * 100}%`, width: `${((to - from + 1) / count) * 100}%` }
}
