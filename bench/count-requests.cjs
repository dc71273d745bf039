// Preloaded into the program that is measured: writes down how many requests it has sent.
const http = require('node:http')
const https = require('node:https')
const {writeFileSync} = require('node:fs')

let count = 0
for (const module of [http, https]) {
  const request = module.request
  module.request = (...words) => {
    count++
    return request(...words)
  }
}
process.on('exit', () => writeFileSync(process.env.REQUESTS, String(count)))
