import * as z from 'zod/mini'

const text = z._default(z.string(), '')

/** What makes a view of records. */
export const messagesFields = {
  partition: text,
  from: z._default(z.string(), 'latest'),
  key: text,
  text,
  /** The one that is open, as PARTITION-OFFSET. */
  record: text,
  format: z._default(z.enum(['auto', 'otlp', 'json', 'text', 'hex', 'registry']), 'auto'),
}

export const messagesSchema = z.object(messagesFields)
export type MessagesView = z.infer<typeof messagesSchema>
