import { z } from 'zod'
import { parseHostPort } from '../listen.ts'

// Messages of refinements name what is expected; load.ts puts "found …, expected …" around them.

export const address = z.string().refine(text => {
  try {
    parseHostPort(text)
    return true
  } catch {
    return false
  }
}, 'an address host:port as in 127.0.0.1:9092')

export const positive = z.int().positive()
