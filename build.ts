import {createHash} from 'node:crypto'
import {mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {basename, join} from 'node:path'
import {build, transform, type Plugin} from 'esbuild'

/**
 * Bundles each program of `bin` into `dist`. What the source loads with `await import(…)` becomes a file of its own, loaded when
 * it is needed; what two files need becomes a third, so that no module is ever there twice (`instanceof ClusterError` holds).
 *
 * Node loads ES modules 6 to 10 ms slower than CommonJS, and esbuild splits only ES modules. Hence two steps: bundle and split
 * as ES modules, then turn each file into CommonJS.
 */
const root = import.meta.dirname
const dist = join(root, 'dist')
const programs = readdirSync(join(root, 'bin')).filter(file => file.startsWith('kubectl-')).map(file => basename(file, '.cjs').replace('kubectl-', '').replaceAll('_', '-'))

/** The entry of a program: its command, handed to `main`. */
const entries: Plugin = {
  name: 'entries',
  setup({onResolve, onLoad}) {
    onResolve({filter: /^program:/}, ({path}) => ({path: path.replace('program:', ''), namespace: 'program'}))
    onLoad({filter: /.*/, namespace: 'program'}, ({path}) => ({
      contents: `import command from './src/commands/${path}.js'\nimport {main} from './src/main.js'\nexport const run = () => main('${path}', command)`,
      resolveDir: root,
    }))
  },
}

/**
 * What modules of oclif require for a way of use that is not ours: finding plugins and their commands, running a command by its
 * name, printing its errors. To bundle it would double what is read at each start. Using it is a TypeError, which the tests find.
 */
const unreached: Record<string, string[]> = {
  'command.js': ['./config', './help/util', './logger', './ux'],
  'errors/error.js': ['../logger', '../ux/write', './errors/pretty-print'],
  'errors/index.js': ['./handle', './warn'],
  'flags.js': ['./help'],
  'parser/index.js': ['./help'],
  'parser/parse.js': ['../logger'],
}

/**
 * Lets each module of oclif load what it requires when it first uses it; a command needs a quarter of what they require in all.
 * oclif is TypeScript's output: `const name_1 = require(…)`, or `var` for what is only passed on, used as `name_1.thing`.
 */
const lazyOclif: Plugin = {
  name: 'lazy-oclif',
  setup({onLoad}) {
    onLoad({filter: /@oclif\/core\/lib\/.*\.js$/}, ({path}) => {
      const source = readFileSync(path, 'utf8')
      const required = [...source.matchAll(/^(?:const|var) (\w+_\d+|Errors|Parser) = (.*require\("(.*)"\)\)?);$/gm)]
      const dead = unreached[path.split('/lib/').pop()!] ?? []
      const lazy = required.reduce((text, [line, name, value, from = '']) => text.replace(line, '')
        .replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `(${name}())`)
        + (dead.includes(from) ? `\nfunction ${name}() {}` : `\nlet ${name}_value; function ${name}() { return ${name}_value ??= ${value} }`), source)
      // `print` knows what to do about a reader that went away, without making a stream of stdout first.
      const contents = path.endsWith('/lib/command.js') ? without(lazy, /^process\.stdout\.on\('error', [^]*?^\}\);$/m) : lazy
      return {contents}
    })
  },
}

function rank(path: string): number {
  return programs.indexOf(basename(path, '.cjs'))
}

function without(text: string, part: RegExp): string {
  if (!part.test(text)) throw new Error(`nothing to leave out like ${part}`)
  return text.replace(part, '')
}

const {outputFiles, metafile} = await build({
  entryPoints: programs.map(program => ({in: `program:${program}`, out: program})),
  outdir: dist,
  outExtension: {'.js': '.cjs'},
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  write: false,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // oclif requires them where a developer's machine has them; a bundle of the compiler is nobody's wish.
  external: ['typescript', 'ts-node'],
  plugins: [entries, lazyOclif],
  // The build of `yaml` for Node is CommonJS, of which an `import()` sees no names; this one is the same code as an ES module.
  alias: {yaml: join(root, 'node_modules/yaml/browser/dist/index.js')},
})

mkdirSync(dist, {recursive: true})
// A program that starts meanwhile finds the old files or the new ones: entries last, and what is left over goes after them.
const written = new Set(['meta.json', 'LICENSES.txt'])
for (const {path, text} of outputFiles.toSorted((a, b) => rank(a.path) - rank(b.path))) {
  const {code} = await transform(text, {format: 'cjs', platform: 'node', target: 'node20', minifySyntax: true, minifyWhitespace: true, supported: {'dynamic-import': false}})
  // The launcher knows a file by the hash in its first line, without reading further.
  writeFileSync(`${path}.new`, `/*${createHash('sha256').update(code).digest('hex').slice(0, 32)}*/${code}`)
  renameSync(`${path}.new`, path)
  written.add(basename(path))
}
for (const name of readdirSync(dist)) if (!written.has(name)) rmSync(join(dist, name))
writeFileSync(join(dist, 'meta.json'), JSON.stringify(metafile))
writeFileSync(join(dist, 'LICENSES.txt'), licenses(Object.entries(metafile.outputs).flatMap(([, {inputs}]) => Object.keys(inputs))))

/** Names and licences of the packages that these files come from: most of them ask to be passed on with the code. */
function licenses(files: string[]): string {
  const folders = [...new Set(files.flatMap(file => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []))].sort()
  return folders.map(folder => {
    const {name, version, license} = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Record<string, string>
    const file = readdirSync(join(root, folder)).find(file => /^licen[cs]e/i.test(file))
    return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(join(root, folder, file), 'utf8').trim()}\n`
  }).join(`\n${'-'.repeat(80)}\n\n`)
}
