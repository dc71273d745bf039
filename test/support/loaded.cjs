// Preloaded into the program under test: writes down what it loads, by the names of Node's modules and of our bundles.
const Module = require('node:module')
const {writeFileSync} = require('node:fs')
const {basename} = require('node:path')
const vm = require('node:vm')

const loaded = new Set()
const load = Module._load
Module._load = function (id, ...others) {
  if (Module.isBuiltin(id)) loaded.add(`node:${id.replace('node:', '')}`)
  return load.call(this, id, ...others)
}
vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options)
    loaded.add(basename(options.filename))
  }
}
process.on('exit', () => writeFileSync(process.env.LOADED, [...loaded].join('\n')))
