import { useState, useSyncExternalStore } from 'react'

/** From when to when the lines on screen are, in Unix milliseconds. */
export interface Sight {
  fromMs: number
  toMs: number
}

/** What the list tells and the histogram marks, past all that stands between: nothing else is drawn anew while somebody scrolls. */
export interface InSight {
  set(sight: Sight | undefined): void
  get(): Sight | undefined
  subscribe(listener: () => void): () => void
}

export function useInSight(): InSight {
  return useState(inSight)[0]
}

export function useSight({ subscribe, get }: InSight): Sight | undefined {
  return useSyncExternalStore(subscribe, get)
}

export function inSight(): InSight {
  let now: Sight | undefined
  const listeners = new Set<() => void>()
  return {
    get: () => now,
    set: sight => {
      if (now?.fromMs === sight?.fromMs && now?.toMs === sight?.toMs) return
      now = sight
      for (const listener of listeners) listener()
    },
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
