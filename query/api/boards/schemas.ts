import { z } from '@hono/zod-openapi'
import type { Board } from '../../boards/model.ts'

const origin = z.enum(['shipped', 'file', 'saved'])

export const boardsAnswer = z
  .object({
    dashboards: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        description: z.string(),
        origin,
        version: z.int(),
        problem: z.string().openapi({ description: 'why it cannot be read; else empty' }),
      }),
    ),
  })
  .openapi('Dashboards')

const board = z.unknown().openapi({ description: 'shaped as Perses has it, with all defaults' })

export const boardAnswer = z
  .object({ name: z.string(), origin, version: z.int(), text: z.string(), board })
  .openapi('Dashboard')
export const versionsAnswer = z.object({ versions: z.array(z.int()) }).openapi('DashboardVersions')
export const savedAnswer = z.object({ version: z.int() }).openapi('SavedDashboard')
export const importAnswer = z
  .object({
    text: z.string(),
    board,
    dropped: z.array(z.string()).openapi({ description: 'what could not be taken, and why' }),
    panels: z.int().openapi({ description: 'that show data or text' }),
    taken: z.int(),
  })
  .openapi('ImportedDashboard')

export type BoardsAnswer = z.infer<typeof boardsAnswer>
export type BoardAnswer = Omit<z.infer<typeof boardAnswer>, 'board'> & { board: Board }
export type ImportAnswer = Omit<z.infer<typeof importAnswer>, 'board'> & { board: Board }
