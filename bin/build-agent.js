// Makes dist/millrace-agent-VERSION.tar.gz: the agent alone in a few files of JavaScript, for hosts that have Node 24 and
// nothing else. Native modules stay out: all that an agent does goes without.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const path = relative => fileURLToPath(new URL(`../${relative}`, import.meta.url))
const { version, license } = JSON.parse(readFileSync(path('package.json'), 'utf8'))
const name = `millrace-agent-${version}`
const folder = path(`dist/agent/${name}`)

/** CommonJS, since an import of a built-in module reads all of its exports, which costs memory. */
async function bundle() {
  const made = await rolldown({
    input: path('cli/agent-main.ts'),
    platform: 'node',
    external: ['@node-rs/crc32', 'lz4-napi', 'snappy'],
  })
  // names stay as they are, for the stacks of errors
  const minify = { compress: true, mangle: false, codegen: true }
  const { output } = await made.write({ dir: `${folder}/lib`, format: 'cjs', minify })
  await made.close()
  for (const { fileName } of output) toAscii(`${folder}/lib/${fileName}`)
  return output.flatMap(({ moduleIds }) => moduleIds ?? [])
}

/** A file with one character beyond Latin-1 is kept by V8 with two bytes for each of its characters. */
function toAscii(file) {
  const escaped = unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  writeFileSync(file, readFileSync(file, 'utf8').replace(/[^\0-\x7f]/g, escaped))
}

/** The licences of what is bundled ask to go along. */
function licencesOf(moduleIds) {
  const packages = new Set()
  for (const id of moduleIds) {
    const found = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)
    if (found !== null) packages.add(found[0])
  }
  return [...packages].sort().map(place => {
    const about = JSON.parse(readFileSync(`${place}/package.json`, 'utf8'))
    const file = ['LICENSE', 'LICENSE.md', 'license', 'LICENSE.txt'].find(each =>
      existsSync(`${place}/${each}`),
    )
    const text = file === undefined ? `${about.license}\n` : readFileSync(`${place}/${file}`, 'utf8')
    return `${about.name} ${about.version}\n\n${text}`
  })
}

rmSync(path('dist/agent'), { recursive: true, force: true })
mkdirSync(`${folder}/bin`, { recursive: true })
const licences = licencesOf(await bundle())
for (const program of ['millrace-agent', 'millrace.js']) {
  cpSync(path(`bin/agent/${program}`), `${folder}/bin/${program}`)
  chmodSync(`${folder}/bin/${program}`, 0o755)
}
cpSync(path('bin/agent/README.md'), `${folder}/README.md`)
cpSync(path('LICENSE'), `${folder}/LICENSE`)
writeFileSync(`${folder}/THIRD-PARTY-LICENSES`, licences.join(`\n${'-'.repeat(80)}\n\n`))
const about = {
  name: 'millrace-agent',
  version,
  license,
  type: 'commonjs',
  bin: 'bin/millrace-agent',
  engines: { node: '>=24' },
}
writeFileSync(`${folder}/package.json`, `${JSON.stringify(about, null, 2)}\n`)
const archive = path(`dist/${name}.tar.gz`)
const { status, error } = spawnSync('tar', ['-czf', archive, '-C', path('dist/agent'), name], {
  stdio: 'inherit',
})
if (status !== 0) throw error ?? new Error('tar failed')
process.stdout.write(`${archive}\n`)
