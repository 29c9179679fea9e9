import { z } from '@hono/zod-openapi'

export const storageAnswer = z
  .object({
    disk: z.object({ freeBytes: z.number(), totalBytes: z.number() }),
    retentionDays: z.number(),
    maxBytes: z.number().nullable(),
    rules: z.array(z.object({ match: z.string(), tenant: z.string().optional(), days: z.number() })),
    tables: z.array(
      z.object({ table: z.string(), rows: z.number(), bytes: z.number(), uncompressedBytes: z.number() }),
    ),
    services: z.array(
      z.object({
        tenant: z.string(),
        service: z.string(),
        linesDay: z.number().openapi({ description: 'of the last day' }),
        bytesDay: z.number(),
        lines: z.number(),
        bytes: z.number().openapi({ description: 'of the lines as they were written' }),
      }),
    ),
    forecast: z.object({
      bytesDay: z.number().openapi({ description: 'what a day like the last takes on the disk' }),
      fullSizeBytes: z
        .number()
        .openapi({ description: 'what the database grows to before retention keeps it' }),
      daysLeft: z
        .number()
        .nullable()
        .openapi({ description: 'until the disk is full; null where retention comes first' }),
    }),
  })
  .openapi('Storage')

const tokenAnswer = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(['read', 'write', 'admin'])),
  tenants: z.array(z.string()),
  created: z.string(),
  expires: z.string().nullable(),
  lastUsed: z.string().nullable(),
})

export const tokensAnswer = z
  .object({ auth: z.enum(['none', 'token']), tokens: z.array(tokenAnswer) })
  .openapi('Tokens')
export const madeTokenAnswer = z
  .object({
    token: tokenAnswer,
    secret: z.string().openapi({ description: 'shown this once, kept nowhere' }),
  })
  .openapi('MadeToken')

export const auditAnswer = z
  .object({
    audited: z.boolean(),
    entries: z.array(
      z.object({
        time: z.string(),
        token: z.string(),
        tenant: z.string(),
        address: z.string(),
        method: z.string(),
        path: z.string(),
        parameters: z.string(),
        status: z.int(),
        ms: z.number(),
        rows: z.number(),
        bytes: z.number(),
      }),
    ),
  })
  .openapi('Audit')

export type StorageAnswer = z.infer<typeof storageAnswer>
export type TokensAnswer = z.infer<typeof tokensAnswer>
export type MadeTokenAnswer = z.infer<typeof madeTokenAnswer>
export type AuditAnswer = z.infer<typeof auditAnswer>
