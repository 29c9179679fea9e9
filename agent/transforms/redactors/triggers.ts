/**
 * Looks for many short texts at once, case of ASCII letters aside: Aho and Corasick's automaton as one table, a step a
 * byte. Answers which groups of texts have one in a range, as bits. Hot: about 1 ns for each byte.
 */
export class TriggerScanner {
  /** Which column of the table a byte has; 0: in no text. */
  readonly #classes = new Uint8Array(256)
  #width = 1
  /** By state and class, the next state; states are given by where their row begins. */
  #next = new Int32Array(0)
  /** By state, the groups of which a text ends here; 0 for most. */
  #found = new Int32Array(0)
  /** Rows from here on are states in which a text ends. */
  #firstFound = 0

  constructor(groups: readonly (readonly string[])[]) {
    const trie = new Trie()
    for (const [group, texts] of groups.entries()) for (const text of texts) trie.add(text, 1 << group)
    this.#compile(trie)
  }

  scan(bytes: Buffer, start: number, end: number): number {
    const classes = this.#classes
    const next = this.#next
    const firstFound = this.#firstFound
    let state = 0
    let found = 0
    for (let i = start; i < end; i++) {
      state = next[state + (classes[bytes[i] as number] as number)] as number
      if (state >= firstFound) found |= this.#found[state] as number
    }
    return found
  }

  #compile(trie: Trie): void {
    for (const letter of trie.letters()) this.#addClass(letter)
    trie.link()
    // states in which a text ends come last, so that one comparison tells them
    const ordered = trie.nodes.toSorted(
      (a, b) => Number(a.found !== 0) - Number(b.found !== 0) || a.id - b.id,
    )
    const rows = new Map(ordered.map((node, i) => [node, i * this.#width]))
    this.#next = new Int32Array(ordered.length * this.#width)
    this.#found = new Int32Array(ordered.length * this.#width)
    this.#firstFound = ordered.findIndex(node => node.found !== 0) * this.#width
    if (this.#firstFound < 0) this.#firstFound = Number.MAX_SAFE_INTEGER
    for (const node of ordered) {
      const row = rows.get(node) as number
      this.#found[row] = node.found
      for (const letter of trie.letters())
        this.#next[row + (this.#classes[letter] as number)] = rows.get(node.step(letter)) as number
    }
  }

  #addClass(letter: number): void {
    const column = this.#width++
    this.#classes[letter] = column
    if (letter >= 0x61 && letter <= 0x7a) this.#classes[letter - 32] = column
  }
}

class TrieNode {
  readonly id: number
  readonly children = new Map<number, TrieNode>()
  found = 0
  /** The longest end of this state's text that is a state too; the root's is itself. */
  suffix: TrieNode

  constructor(id: number) {
    this.id = id
    this.suffix = this
  }

  step(letter: number): TrieNode {
    const child = this.children.get(letter)
    if (child !== undefined) return child
    return this.suffix === this ? this : this.suffix.step(letter)
  }
}

class Trie {
  readonly nodes = [new TrieNode(0)]

  get #root(): TrieNode {
    return this.nodes[0] as TrieNode
  }

  add(text: string, found: number): void {
    let node = this.#root
    for (const letter of Buffer.from(text)) {
      const child = node.children.get(letter) ?? new TrieNode(this.nodes.length)
      if (!node.children.has(letter)) this.nodes.push(child)
      node.children.set(letter, child)
      node = child
    }
    node.found |= found
  }

  letters(): Set<number> {
    return new Set(this.nodes.flatMap(node => [...node.children.keys()]))
  }

  /** Breadth first, so that the suffix of a node is linked before the node. */
  link(): void {
    const queue = [this.#root]
    for (const node of queue)
      for (const [letter, child] of node.children) {
        child.suffix = node === this.#root ? node : node.suffix.step(letter)
        child.found |= child.suffix.found
        queue.push(child)
      }
  }
}
