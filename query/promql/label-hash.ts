import type { Labels } from './column.ts'
import { xxHash64 } from './xxhash64.ts'

/** Longer texts have their length in three bytes behind a mark. */
const longMark = 255

/**
 * What Prometheus makes of labels to tell them apart: XXH64 over names and values in the order of names, each behind its length in
 * bytes. Source: prometheus model/labels, Labels.Hash of stringlabels, which is what its releases are built with.
 */
export function labelHash(labels: Labels): bigint {
  const names = Object.keys(labels)
    .filter(name => labels[name] !== '')
    .sort()
  return xxHash64(Buffer.concat(names.flatMap(name => [...sized(name), ...sized(labels[name] as string)])))
}

function sized(text: string): [Buffer, Buffer] {
  const bytes = Buffer.from(text)
  const { length } = bytes
  const head = length < longMark ? [length] : [longMark, length & 0xff, (length >> 8) & 0xff, length >> 16]
  return [Buffer.from(head), bytes]
}
