import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'

/** What a token allows: to ask, to change what is saved, and all of it, deleting and other tenants' queries included. */
export const scopes = ['read', 'write', 'admin'] as const
export type Scope = (typeof scopes)[number]

/** In the place of tenants: all of them. */
export const everyTenant = '*'

export const tokenRecord = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** SHA-256 of the token, in hexadecimal digits; the token itself is kept nowhere. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  scopes: z.array(z.enum(scopes)),
  tenants: z.array(z.string()),
  createdMs: z.int(),
  /** null: never. */
  expiresMs: z.int().nullable(),
})
export type Token = z.output<typeof tokenRecord>

/** By it one sees what a text is that was found somewhere. */
const prefix = 'millrace_'
const secretBytes = 32
const idBytes = 4

/** A new token and the one chance to see its secret: 256 random bits need no salt and no slow hash. */
export function makeToken(
  about: Pick<Token, 'name' | 'scopes' | 'tenants' | 'expiresMs'>,
  nowMs: number,
): { token: Token; secret: string } {
  const secret = `${prefix}${randomBytes(secretBytes).toString('base64url')}`
  const id = randomBytes(idBytes).toString('hex')
  return { token: { id, ...about, hash: hashOf(secret), createdMs: nowMs }, secret }
}

export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

export function isExpired({ expiresMs }: Token, nowMs: number): boolean {
  return expiresMs !== null && expiresMs <= nowMs
}

/** `admin` may do everything; `write` does not include reading. */
export function allows({ scopes: given }: Pick<Token, 'scopes'>, scope: Scope): boolean {
  return given.includes(scope) || given.includes('admin')
}

export function isForTenant({ tenants }: Pick<Token, 'tenants'>, tenant: string): boolean {
  return tenants.includes(everyTenant) || tenants.includes(tenant)
}
