import { messageKeys } from '../../lib/otlp/index.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'
import type { MapColumn } from '../native/map.ts'
import { StringColumn } from '../native/string.ts'
import { varintEnd } from '../native/varint.ts'

/**
 * The attribute that says what a line says (lib/otlp/message.ts), in columns of its own: it is asked about most, and the engine
 * reads a value out of a map ten times slower.
 */
export class MessageColumns {
  readonly columns = { MessageKey: new LowCardinalityColumn(), MessageText: new StringColumn() }
  /** Where the last row's text begins and ends in `bytes`; both are the same where it has none. */
  start = 0
  end = 0

  get bytes(): Buffer {
    return this.columns.MessageText.sink.bytes
  }

  /** The keys of messages come first in both dictionaries, in their order: behind the empty one in that of `MessageKey`. */
  clear(attributes: MapColumn): void {
    this.columns.MessageKey.dictionary.internText('')
    for (const key of messageKeys) {
      this.columns.MessageKey.dictionary.internText(key)
      attributes.keys.dictionary.internText(key)
    }
  }

  /** Takes the message out of the attributes of the row that is open there. Hot: once per line. */
  take(attributes: MapColumn): void {
    const { MessageKey, MessageText } = this.columns
    const before = MessageText.byteLength
    const place = attributes.moveFirst(messageKeys.length, MessageText)
    if (place < 0) {
      this.pushNone()
      return
    }
    MessageKey.pushPlace(place + 1)
    this.start = varintEnd(this.bytes, before)
    this.end = MessageText.byteLength
  }

  pushNone(): void {
    this.columns.MessageKey.pushPlace(0)
    this.columns.MessageText.pushEmpty()
    this.start = this.end = this.columns.MessageText.byteLength
  }
}
