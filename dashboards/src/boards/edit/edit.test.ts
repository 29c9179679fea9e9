import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { BoardPanel } from '../../../../query/index.ts'
import { boardName } from '../board-name.ts'
import { addPanel, changePanel, duplicatePanel, movePanel, removePanel, renamed } from './document.ts'
import { neighbour, settled, swapped } from './grid.ts'
import { written } from './panel-input.ts'

const at = (x: number, y: number, width: number, height: number) => ({ x, y, width, height })
const board = `# the shop's
kind: Dashboard
metadata: { name: shop }
spec:
  panels:
    a: # errors first
      spec: { plugin: { kind: StatChart }, display: { name: A } }
    b:
      spec: { plugin: { kind: Markdown, spec: { text: hello } } }
  layouts:
    - spec:
        items:
          - { x: 0, y: 0, width: 6, height: 4, content: { $ref: '#/spec/panels/a' } }
          - { x: 6, y: 0, width: 18, height: 4, content: { $ref: '#/spec/panels/b' } } # beside it
`
const itemsOf = (text: string) =>
  parse(text).spec.layouts[0].spec.items.map(
    (item: { x: number; y: number; width: number; content: { $ref: string } }) =>
      `${item.content.$ref.slice(14)} ${item.x},${item.y} ${item.width}`,
  )

describe('a name', () => {
  it('is made of any title, and put into the text with it', () => {
    expect(['Café & Bar', ' Über "x" ', '', '  '].map(boardName)).toEqual(['cafe-bar', 'uber-x', '', ''])
    const [orders, stock] = ['注文', '在庫'].map(boardName)
    expect(orders).toMatch(/^board-[a-z0-9]+$/)
    expect(orders).not.toBe(stock)
    const { metadata, spec } = parse(renamed(board, 'other', 'Other: “x”'))
    expect([metadata.name, spec.display.name, Object.keys(spec.panels)]).toEqual([
      'other',
      'Other: “x”',
      ['a', 'b'],
    ])
  })
})

describe('the grid of a row', () => {
  it('leaves no panel on another, and none in the air', () => {
    expect(settled([at(0, 0, 12, 4), at(6, 2, 12, 4), at(0, 9, 6, 2)])).toEqual([
      at(0, 0, 12, 4),
      at(6, 4, 12, 4),
      at(0, 4, 6, 2),
    ])
    expect(settled([at(0, 0, 12, 4), at(0, 0, 12, 4)], 1).map(({ y }) => y)).toEqual([4, 0])
    expect(settled([at(20, 0, 12, 4)])).toEqual([at(12, 0, 12, 4)])
  })

  it('lets two that stand beside each other change places, whatever their widths', () => {
    const items = [at(0, 0, 6, 4), at(6, 0, 18, 4), at(0, 4, 24, 2)]
    expect(swapped(items, 0, 1)).toEqual([at(18, 0, 6, 4), at(0, 0, 18, 4), at(0, 4, 24, 2)])
    expect([neighbour(items, 1, -1), neighbour(items, 1, 1), neighbour(items, 2, 1)]).toEqual([
      0,
      2,
      undefined,
    ])
  })
})

describe("a dashboard's YAML", () => {
  it('is changed where a form changed it, and stays as it was written elsewhere', () => {
    const panel = { spec: { plugin: { kind: 'Markdown' as const, spec: { text: 'bye' } } } }
    const made = changePanel(board, { layout: 0, item: 1 }, panel, { width: 12 })
    expect(parse(made).spec.panels.b).toEqual(panel)
    expect(made).toContain("# the shop's")
    expect(made).toContain('# errors first')
    expect(made).toContain('# beside it')
    expect(itemsOf(made)).toEqual(['a 0,0 6', 'b 6,0 12'])
  })

  it('gets panels, copies of them, and loses them with what showed them', () => {
    const added = addPanel(board)
    expect(itemsOf(added.text)).toEqual(['a 0,0 6', 'b 6,0 18', 'panel3 0,4 12'])
    expect(added.place).toEqual({ layout: 0, item: 2 })
    const twice = duplicatePanel(board, { layout: 0, item: 0 })
    expect(itemsOf(twice)).toEqual(['a 0,0 6', 'b 6,0 18', 'panel3 0,4 6'])
    expect(parse(twice).spec.panels.panel3).toEqual(parse(board).spec.panels.a)
    const less = removePanel(twice, { layout: 0, item: 1 })
    expect(itemsOf(less)).toEqual(['a 0,0 6', 'panel3 0,4 6'])
    expect(Object.keys(parse(less).spec.panels)).toEqual(['a', 'panel3'])
    const empty = 'kind: Dashboard\nmetadata: { name: e }\nspec: { panels: {}, layouts: [] }\n'
    expect(itemsOf(addPanel(empty).text)).toEqual(['panel1 0,0 12'])
  })

  it('has panels change places', () => {
    expect(itemsOf(movePanel(board, { layout: 0, item: 1 }, -1))).toEqual(['a 18,0 6', 'b 0,0 18'])
    expect(movePanel(board, { layout: 0, item: 0 }, -1)).toContain('x: 0, y: 0, width: 6')
  })

  it('is written without what a panel has by default', () => {
    const panel: BoardPanel = {
      kind: 'Panel',
      spec: {
        display: { name: 'A', description: '' },
        plugin: {
          kind: 'StatChart',
          spec: {
            text: '',
            format: { unit: 's' },
            calculation: 'last',
            thresholds: { steps: [] },
            overrides: [],
            columnSettings: [],
            legend: { mode: 'list' },
            visual: { display: 'line', stack: false },
          },
        },
        queries: [
          {
            kind: 'TimeSeriesQuery',
            spec: {
              plugin: { kind: 'PrometheusTimeSeriesQuery', spec: { query: 'up', seriesNameFormat: '' } },
            },
          },
        ],
        links: [],
      },
    }
    expect(written(panel)).toEqual({
      kind: 'Panel',
      spec: {
        display: { name: 'A' },
        plugin: { kind: 'StatChart', spec: { format: { unit: 's' } } },
        queries: [
          {
            kind: 'TimeSeriesQuery',
            spec: { plugin: { kind: 'PrometheusTimeSeriesQuery', spec: { query: 'up' } } },
          },
        ],
      },
    })
  })
})
