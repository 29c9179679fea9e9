import type { Board, BoardAnswer, BoardsAnswer, ImportAnswer } from '../../../query/index.ts'
import { get, send } from './http.ts'

const path = (name: string) => `/api/dashboards/${encodeURIComponent(name)}`

export const getBoards = (signal: AbortSignal) => get<BoardsAnswer>('/api/dashboards', {}, signal)
export const getBoard = (name: string, version: number, signal: AbortSignal) =>
  get<BoardAnswer>(path(name), { version: version || undefined }, signal)
export const getVersions = (name: string, signal: AbortSignal) =>
  get<{ versions: number[] }>(`${path(name)}/versions`, {}, signal)
export const saveBoard = (name: string, text: string, base: number) =>
  send<{ version: number }>('PUT', path(name), { text, base })
export const deleteBoard = (name: string) => send<void>('DELETE', path(name))
export const checkBoard = (text: string) => send<{ board: Board }>('POST', '/api/dashboards/check', { text })
export const importGrafana = (json: string) => send<ImportAnswer>('POST', '/api/dashboards/import', { json })
