import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { QueryContext } from '../../context.ts'
import { done, json, jsonBody, problems } from '../route.ts'
import { refuseOthers } from './routes.ts'

const named = z.object({ name: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}$/) })
const maxBytes = 262_144
const savedRules = z.object({ names: z.array(z.string()) }).openapi('SavedRules')
const savedRule = z.object({ name: z.string(), text: z.string() }).openapi('SavedRule')
export type SavedRulesAnswer = z.infer<typeof savedRules>
export type SavedRuleAnswer = z.infer<typeof savedRule>

/** `/api/rules/saved`: rules that were written on the page, in force as soon as they are saved. */
export function savedRuleRoutes(app: OpenAPIHono, context: QueryContext): void {
  list(app, context)
  one(app, context)
  save(app, context)
  remove(app, context)
}

function list(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/rules/saved',
    summary: 'rules that were saved here, besides those of the configuration',
    responses: { 200: json(savedRules, 'by name'), ...problems },
  })
  app.openapi(route, async c => {
    refuseOthers(c, context.config)
    return c.json({ names: await context.savedRules.names() }, 200)
  })
}

function one(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/rules/saved/{name}',
    summary: 'the YAML of a saved rule',
    request: { params: named },
    responses: { 200: json(savedRule, 'the rule'), ...problems },
  })
  app.openapi(route, async c => {
    refuseOthers(c, context.config)
    const { name } = c.req.valid('param')
    return c.json({ name, text: await context.savedRules.read(name) }, 200)
  })
}

function save(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'put',
    path: '/api/rules/saved/{name}',
    summary: 'save a rule file; its rules are evaluated from now on',
    request: { params: named, ...jsonBody(z.object({ text: z.string().max(maxBytes) })) },
    responses: done,
  })
  app.openapi(route, async c => {
    refuseOthers(c, context.config)
    await context.savedRules.save(c.req.valid('param').name, c.req.valid('json').text)
    await context.reloadRules()
    return c.body(null, 204)
  })
}

function remove(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'delete',
    path: '/api/rules/saved/{name}',
    summary: 'delete a saved rule',
    request: { params: named },
    responses: done,
  })
  app.openapi(route, async c => {
    refuseOthers(c, context.config)
    await context.savedRules.remove(c.req.valid('param').name)
    await context.reloadRules()
    return c.body(null, 204)
  })
}
