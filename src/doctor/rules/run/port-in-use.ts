import {BROADER, failsWith, saidBy} from '../../complaint.js'
import {listeningPorts} from '../../listening.js'
import type {ContainerView, Patient} from '../../patient.js'
import {defineRule} from '../../rule.js'

/** The port that the words name: `0.0.0.0:80`, `:::3000`, `port 8080`; else the one word of the command that looks like one. */
function portOf(words: string, {spec}: ContainerView): number | undefined {
  const said = /(?:\]|[\d*:]|[\w.]):(\d{2,5})\b/.exec(words)?.[1] ?? /\bport[: ]+(\d{2,5})\b/i.exec(words)?.[1]
  return said === undefined ? portsIn(spec)[0] : Number(said)
}

const portsIn = ({command = [], args = [], ports = []}: ContainerView['spec']): number[] => [
  ...ports.map(({containerPort}) => containerPort),
  ...[...command, ...args].flatMap(text => [...text.matchAll(/(?:^|\s)(?:-p|-l|--?(?:http-?)?port|--listen)[= ]+:?(\d{2,5})\b|^:?(\d{2,5})$/g)].map(([, a, b]) => Number(a ?? b))),
]

/** The other container of the pod that has the port: it says so in its log, or its spec does. */
function holderOf(patient: Patient, own: ContainerView, port: number | undefined): {name: string, how: string} | undefined {
  for (const other of patient.containers) {
    if (other.name === own.name || port === undefined || !other.status?.state?.running) continue
    const log = patient.log(other, {previous: false})
    if (log && listeningPorts(log).some(said => said.port === port)) return {name: other.name, how: 'listens there, as its log says'}
    if (portsIn(other.spec).includes(port)) return {name: other.name, how: 'of the same pod has it'}
  }
  return undefined
}

/** EADDRINUSE of bind(2), in the words of each server. Containers of a pod share its address; with hostNetwork all pods of the node do. */
export default defineRule({
  id: 'port-in-use',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: BROADER,
  title: 'The port on which the program wants to listen is taken',
  explain: `All containers of a pod share one network, so two of them cannot listen on the same port; with hostNetwork the pod shares that of its node, and of all that
runs there. A program that starts itself twice finds its own port taken.`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'port in use')
      if (!said) continue
      const port = said.groups['port'] === undefined ? portOf(said.raw, container) : Number(said.groups['port'])
      const holder = holderOf(patient, container, port)
      const host = patient.pod.spec?.hostNetwork === true
      if (!holder && !host) continue
      yield {
        container: container.name,
        summary: `${failsWith(container, said)}: ${holder ? `port ${port} is taken, container "${holder.name}" ${holder.how}` : `the pod has hostNetwork, so ${port === undefined ? 'a port' : `port ${port}`} is taken by something else on node ${patient.pod.spec?.nodeName}`}.`,
        evidence: [...said.evidence, patient.cite(patient.pod, holder ? `${container.specPath}.name` : 'spec.hostNetwork')],
        fixes: [{action: holder ? `Let "${container.name}" or "${holder.name}" listen on another port than ${port}` : 'Let the program listen on another port, or leave out hostNetwork'}],
        culprit: {...patient.owner.ref, part: `port ${port}`},
      }
    }
  },
})
