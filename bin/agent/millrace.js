#!/usr/bin/env node
// Plain JavaScript, so that an old Node gets this far and can say what is wrong.
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `millrace-agent needs Node 24 or newer, this is ${process.versions.node}: install a newer one, or name it in NODE\n`,
  )
  process.exit(2)
}
void require('../lib/agent-main.js').main(process.argv.slice(2))
