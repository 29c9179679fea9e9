import type { ClipboardEvent } from 'react'

/** What is copied out of several rows: a line for each, its cells apart by tabs, where a browser would give each cell a line. */
export function copyRows(event: ClipboardEvent<HTMLElement>): void {
  const selection = window.getSelection()
  if (selection === null || selection.rangeCount === 0) return
  const rows = selection.getRangeAt(0).cloneContents().querySelectorAll('[role="row"]')
  const isInDetails = (selection.anchorNode?.parentElement?.closest('[data-details]') ?? null) !== null
  if (rows.length < 2 || isInDetails) return
  event.clipboardData.setData('text/plain', `${[...rows].map(lineOf).join('\n')}\n`)
  event.preventDefault()
}

function lineOf(row: Element): string {
  const cells = [...row.querySelectorAll('[role="gridcell"]')].map(cell => cell.textContent ?? '')
  return cells.filter(text => text !== '').join('\t')
}
