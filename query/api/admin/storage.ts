import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { readerOf } from '../../access/asker.ts'
import type { QueryContext } from '../../context.ts'
import { fullestDisk } from '../../storage/disk.ts'
import { forecast, type ServiceStorage, storageByService, storageByTable } from '../../storage/storage.ts'
import { json, problems } from '../route.ts'
import { storageAnswer } from './schemas.ts'

const noDisk = { freeBytes: 0, totalBytes: 0 }

export function storageRoutes(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/admin/storage',
    summary: 'what fills the disk, and when it will be full',
    responses: { 200: json(storageAnswer, 'by table, and by tenant and service'), ...problems },
  })
  app.openapi(route, async c => {
    const reader = readerOf(c)
    const { signal } = c.req.raw
    const { days, maxBytes, rules } = context.config.retention
    const [services, tables, room = noDisk] = await Promise.all([
      storageByService(reader, context.clock.nowMs(), signal),
      storageByTable(reader, signal),
      fullestDisk(reader, signal),
    ])
    const disk = { freeBytes: room.freeBytes, totalBytes: room.totalBytes }
    const sum = (of: (service: ServiceStorage) => number) => services.reduce((all, one) => all + of(one), 0)
    const growth = {
      sentDay: sum(service => service.bytesDay),
      sent: sum(service => service.bytes),
      storedBytes: tables.reduce((all, { bytes }) => all + bytes, 0),
      freeBytes: disk.freeBytes,
      retentionDays: days,
    }
    const answer = {
      disk,
      retentionDays: days,
      maxBytes,
      rules,
      tables,
      services,
      forecast: forecast(growth),
    }
    return c.json(answer, 200)
  })
}
