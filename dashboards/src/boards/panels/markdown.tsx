import { Fragment, type ReactNode } from 'react'
import { withTenant } from '../../ui/tenant.ts'
import { blocksOf, type Inline, inlineOf } from './markdown.ts'
import styles from './panels.module.css'

/** Markdown as panels use it. HTML in it is shown as text: nothing of a dashboard runs. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className={styles['markdown']}>
      {blocksOf(text).map((block, i) => {
        // biome-ignore lint/suspicious/noArrayIndexKey: a block is its place
        return <Fragment key={i}>{blockOf(block)}</Fragment>
      })}
    </div>
  )
}

function blockOf(block: ReturnType<typeof blocksOf>[number]): ReactNode {
  switch (block.kind) {
    case 'heading':
      return block.level === 1 ? <h3>{inline(block.text)}</h3> : <h4>{inline(block.text)}</h4>
    case 'list':
      return (
        <ul>
          {block.items.map((item, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an item is its place
            <li key={i}>{inline(item)}</li>
          ))}
        </ul>
      )
    case 'code':
      return <pre>{block.text}</pre>
    case 'paragraph':
      return <p>{inline(block.text)}</p>
  }
}

function inline(text: string): ReactNode[] {
  // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place
  return inlineOf(text).map((part, i) => <Fragment key={i}>{partOf(part)}</Fragment>)
}

function partOf(part: Inline): ReactNode {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'strong':
      return <strong>{part.text}</strong>
    case 'emphasis':
      return <em>{part.text}</em>
    case 'code':
      return <code>{part.text}</code>
    case 'link':
      return (
        <a href={withTenant(part.url)} rel="noreferrer">
          {part.text}
        </a>
      )
  }
}
