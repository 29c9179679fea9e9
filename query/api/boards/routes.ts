import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { stringify } from 'yaml'
import { OperatingError } from '../../../lib/base/index.ts'
import { tenantOf } from '../../access/asker.ts'
import { savedFolderOf } from '../../access/file-names.ts'
import { fromGrafana } from '../../boards/grafana/import.ts'
import { BoardLibrary, namedBoard } from '../../boards/library.ts'
import { maxBoardBytes, readBoard } from '../../boards/read.ts'
import type { QueryContext } from '../../context.ts'
import { count } from '../parameters.ts'
import { done, json, jsonBody, problems } from '../route.ts'
import { boardAnswer, boardsAnswer, importAnswer, savedAnswer, versionsAnswer } from './schemas.ts'

const named = z.object({ name: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}$/) })
const text = z.string().max(maxBoardBytes)

/** The dashboards that an asker may see: what was saved is its tenant's own. */
type LibraryOf = (c: Context) => BoardLibrary

/** `/api/dashboards`: YAML files as code, shown and saved. */
export function boardRoutes(app: OpenAPIHono, { config }: QueryContext): void {
  const libraryOf: LibraryOf = c =>
    new BoardLibrary(savedFolderOf(config, tenantOf(c)), config.query.dashboards)
  list(app, libraryOf)
  one(app, libraryOf)
  versions(app, libraryOf)
  save(app, libraryOf)
  remove(app, libraryOf)
  check(app)
  importGrafana(app)
}

function list(app: OpenAPIHono, libraryOf: LibraryOf): void {
  const route = createRoute({
    method: 'get',
    path: '/api/dashboards',
    summary: 'dashboards: shipped, out of files, and saved',
    responses: { 200: json(boardsAnswer, 'by title'), ...problems },
  })
  app.openapi(route, async c => c.json({ dashboards: await libraryOf(c).list() }, 200))
}

function one(app: OpenAPIHono, libraryOf: LibraryOf): void {
  const route = createRoute({
    method: 'get',
    path: '/api/dashboards/{name}',
    summary: 'a dashboard, as YAML and as what it means',
    request: { params: named, query: z.object({ version: count(0, 999_999) }) },
    responses: { 200: json(boardAnswer, 'the dashboard'), ...problems },
  })
  app.openapi(route, async c => {
    const { version } = c.req.valid('query')
    const found = await libraryOf(c).read(c.req.valid('param').name, version === 0 ? undefined : version)
    return c.json({ ...found, board: readBoard(found.text) as unknown }, 200)
  })
}

function versions(app: OpenAPIHono, libraryOf: LibraryOf): void {
  const route = createRoute({
    method: 'get',
    path: '/api/dashboards/{name}/versions',
    summary: 'versions of a saved dashboard',
    request: { params: named },
    responses: { 200: json(versionsAnswer, 'the newest first'), ...problems },
  })
  app.openapi(route, async c =>
    c.json({ versions: await libraryOf(c).saved.versions(c.req.valid('param').name) }, 200),
  )
}

function save(app: OpenAPIHono, libraryOf: LibraryOf): void {
  const route = createRoute({
    method: 'put',
    path: '/api/dashboards/{name}',
    summary: 'save a dashboard as its next version',
    request: {
      params: named,
      ...jsonBody(
        z.object({
          text,
          base: z.int().min(0).openapi({ description: 'the version it was made of; 0: none' }),
        }),
      ),
    },
    responses: { 200: json(savedAnswer, 'its version'), ...problems },
  })
  app.openapi(route, async c => {
    const { name } = c.req.valid('param')
    const given = c.req.valid('json')
    namedBoard(name, given.text)
    return c.json({ version: await libraryOf(c).saved.save(name, given.text, given.base) }, 200)
  })
}

function remove(app: OpenAPIHono, libraryOf: LibraryOf): void {
  const route = createRoute({
    method: 'delete',
    path: '/api/dashboards/{name}',
    summary: 'delete a saved dashboard with all its versions',
    request: { params: named },
    responses: done,
  })
  app.openapi(route, async c => {
    const { name } = c.req.valid('param')
    if (!(await libraryOf(c).saved.remove(name)))
      throw new OperatingError('NOT_FOUND', `no dashboard ${name} was saved here`)
    return c.body(null, 204)
  })
}

function check(app: OpenAPIHono): void {
  const route = createRoute({
    method: 'post',
    path: '/api/dashboards/check',
    summary: 'what a YAML text means, or what is wrong with it; saves nothing',
    request: jsonBody(z.object({ text })),
    responses: { 200: json(z.object({ board: z.unknown() }), 'as it would be shown'), ...problems },
  })
  app.openapi(route, c => c.json({ board: readBoard(c.req.valid('json').text) as unknown }, 200))
}

function importGrafana(app: OpenAPIHono): void {
  const route = createRoute({
    method: 'post',
    path: '/api/dashboards/import',
    summary: "a dashboard out of Grafana's JSON; saves nothing",
    request: jsonBody(z.object({ json: text })),
    responses: { 200: json(importAnswer, 'as YAML, with what could not be taken'), ...problems },
  })
  app.openapi(route, c => {
    const { board, dropped, panels, taken } = fromGrafana(c.req.valid('json').json)
    const made = stringify(board, { lineWidth: 120 })
    return c.json({ text: made, board: readBoard(made) as unknown, dropped, panels, taken }, 200)
  })
}
