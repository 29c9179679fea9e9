import { expect } from 'vitest'
import { checksum } from '../../../../lib/kafka/index.ts'
import { originalKey } from '../../../../lib/ledger/index.ts'
import { itemsOf, type SpooledRecord } from '../../../testing/read-spool.ts'

/**
 * What a record says of its bytes is so: originals, gaps and changed rows fill its range, the checksum is that of the
 * originals, and the services are those of the rows. With the file's bytes: each original is what stands there.
 */
export function expectProof({ entry, value }: SpooledRecord, content?: Buffer): void {
  const { from, to, crc32c, gaps = [], services = [] } = entry
  const items = itemsOf('logs', value)
  const originals: Buffer[] = []
  let at = from
  const step = (row: number, isChange: boolean): number => {
    const here = gaps.filter(gap => gap.row === row && gap.isChange === isChange)
    at += here.reduce((sum, { bytes }) => sum + bytes, 0)
    return here.length
  }
  items.forEach(({ json }, row) => {
    step(row, false)
    const original = originalOf(json)
    originals.push(original)
    if (step(row, true) > 0) return
    if (content !== undefined) expect(original).toEqual(content.subarray(at, at + original.length))
    at += original.length
  })
  step(items.length, false)
  const all = Buffer.concat(originals)
  expect([at, crc32c]).toEqual([to, checksum(all, 0, all.length)])
  expect(services.flatMap(({ service, lines }) => Array(lines).fill(service))).toEqual(
    items.map(({ service }) => service),
  )
}

type Any = { stringValue?: string; bytesValue?: string }

/** Its attribute, the last of several; else its body and a line feed. */
function originalOf(json: Record<string, unknown>): Buffer {
  const attributes = (json['attributes'] ?? []) as { key: string; value: Any }[]
  const attribute = attributes.findLast(({ key }) => key === originalKey)
  if (attribute === undefined) return Buffer.concat([bytesOf(json['body'] as Any), Buffer.from('\n')])
  return bytesOf(attribute.value)
}

function bytesOf({ stringValue, bytesValue }: Any): Buffer {
  return bytesValue === undefined ? Buffer.from(stringValue ?? '') : Buffer.from(bytesValue, 'base64')
}
