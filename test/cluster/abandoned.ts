import {startLab} from './lab.js'

// usage: tsx abandoned.ts NAME: starts a lab, says so, and waits to be killed. For the test of what is left then.
const lab = await startLab({name: process.argv[2]!})
console.log(lab.folder)
setInterval(() => undefined, 1000)
