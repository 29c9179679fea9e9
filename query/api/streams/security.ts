import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  type Acl,
  alterQuotas,
  createAcls,
  deleteAcls,
  deleteUser,
  describeQuotas,
  listAcls,
  listUsers,
  scramMechanisms,
  type UserScramMechanism,
  upsertUser,
} from '../../../lib/kafka/admin/index.ts'
import { KafkaError } from '../../../lib/kafka/client/index.ts'
import { errorCodes } from '../../../lib/kafka/index.ts'
import type { QueryContext } from '../../context.ts'
import { done, json, jsonBody, problems } from '../route.ts'
import { acl, securityAnswer } from './schemas.ts'
import { expectWritable, isWritable } from './writable.ts'

const mechanisms = Object.keys(scramMechanisms) as [UserScramMechanism, ...UserScramMechanism[]]

/** Who may do what: rules, users and quotas. */
export function securityRoutes(app: OpenAPIHono, context: QueryContext): void {
  list(app, context)
  changeAcls(app, context)
  changeUsers(app, context)
  changeQuotas(app, context)
}

function list(app: OpenAPIHono, context: QueryContext): void {
  const { kafka } = context
  const route = createRoute({
    method: 'get',
    path: '/api/streams/security',
    summary: 'access rules, users and quotas',
    responses: { 200: json(securityAnswer, 'as the broker has them'), ...problems },
  })
  app.openapi(route, async c => {
    const why: string[] = []
    /** A part that the broker does not let us see, or does not have, leaves the others to be seen. */
    const part = async <T>(ask: () => Promise<T>, without: T): Promise<T> => {
      try {
        return await ask()
      } catch (error) {
        if (!(error instanceof KafkaError)) throw error
        // where nothing is asked for there is nothing to show
        if (error.kafkaCode !== errorCodes.SECURITY_DISABLED) why.push(error.message)
        return without
      }
    }
    const acls = await part<Acl[] | null>(() => listAcls(kafka), null)
    const users = await part(() => listUsers(kafka), [])
    const quotas = await part(() => describeQuotas(kafka), [])
    return c.json(
      {
        writable: isWritable(context),
        acls,
        users: users.map(({ name, credentials }) => ({ name, mechanisms: credentials })),
        quotas: quotas.map(({ entity, values }) => ({
          entity: entity as Record<string, string | null>,
          values: { ...values },
        })),
        why: why.join('; '),
      },
      200,
    )
  })
}

function changeAcls(app: OpenAPIHono, context: QueryContext): void {
  const path = '/api/streams/acls'
  const create = createRoute({
    method: 'post',
    path,
    summary: 'add an access rule',
    request: jsonBody(acl),
    responses: done,
  })
  app.openapi(create, async c => {
    expectWritable(context)
    await createAcls(context.kafka, [c.req.valid('json')])
    return c.body(null, 204)
  })
  const remove = createRoute({
    method: 'delete',
    path,
    summary: 'remove an access rule',
    request: jsonBody(acl),
    responses: done,
  })
  app.openapi(remove, async c => {
    expectWritable(context)
    await deleteAcls(context.kafka, c.req.valid('json'))
    return c.body(null, 204)
  })
}

function changeUsers(app: OpenAPIHono, context: QueryContext): void {
  const user = z.object({ name: z.string().min(1).max(255), mechanism: z.enum(mechanisms) })
  const path = '/api/streams/users'
  const set = createRoute({
    method: 'put',
    path,
    summary: 'make a user, or change the password',
    request: jsonBody(user.extend({ password: z.string().min(1).max(1_000) })),
    responses: done,
  })
  app.openapi(set, async c => {
    expectWritable(context)
    await upsertUser(context.kafka, c.req.valid('json'))
    return c.body(null, 204)
  })
  const remove = createRoute({
    method: 'delete',
    path,
    summary: 'remove a user',
    request: jsonBody(user),
    responses: done,
  })
  app.openapi(remove, async c => {
    expectWritable(context)
    const { name, mechanism } = c.req.valid('json')
    await deleteUser(context.kafka, name, mechanism)
    return c.body(null, 204)
  })
}

function changeQuotas(app: OpenAPIHono, context: QueryContext): void {
  const name = z.string().nullable().optional().openapi({ description: 'null: the default for all' })
  const route = createRoute({
    method: 'put',
    path: '/api/streams/quotas',
    summary: 'set quotas of a user, a client or an address',
    request: jsonBody(
      z.object({
        entity: z.object({ user: name, 'client-id': name, ip: name }),
        values: z.record(z.string(), z.number().nullable()).openapi({ description: 'null takes one away' }),
      }),
    ),
    responses: done,
  })
  app.openapi(route, async c => {
    expectWritable(context)
    const { entity, values } = c.req.valid('json')
    const given = Object.entries(entity).filter(([, value]) => value !== undefined)
    await alterQuotas(context.kafka, Object.fromEntries(given) as Record<string, string | null>, values)
    return c.body(null, 204)
  })
}
