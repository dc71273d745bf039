import {execFailures, isScript, mountedFile} from '../../exec-words.js'
import {editTemplate} from '../../fix.js'
import {defineRule} from '../../rule.js'

/** The kernel's ENOEXEC, in the container's log: neither a binary for this processor nor a script with `#!`. An image that has no variant for the node's platform at all is refused when it is pulled. */
export default defineRule({
  id: 'exec-format-error',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: 'container-exited',
  title: 'The node cannot execute the program: another architecture, or a script without #!',
  explain: `"exec format error" means that the kernel does not know what kind of program the file is. Either it was built for another processor, as when an image
that was built on an ARM laptop lands on amd64 nodes; or it is a script whose first line does not say "#!" and an interpreter. A shell would run such a
script all the same, which is why it works when it is tried by hand.`,

  * check(patient) {
    const node = patient.pod.spec?.nodeName
    for (const {container, program, why, evidence} of execFailures(patient)) {
      if (why !== 'exec format error') continue
      const {name, spec, editPath} = container
      const file = mountedFile(patient, container, program)
      const script = file?.firstLine === undefined ? file !== undefined || isScript(program) : !file.firstLine.startsWith('#!')
      const marked = file?.firstLine?.startsWith('\uFEFF#!') ?? false
      const found = node === undefined ? undefined : patient.find('Node', node)
      const machine = found?.status?.nodeInfo?.architecture
      const where = machine === undefined ? `node "${node ?? ''}"` : `node "${node}" (${machine})`
      const others = (script && file) || machine === undefined ? [] : [...new Set((patient.list('Node', {}) ?? []).map(({status}) => status?.nodeInfo?.architecture))].filter(other => other !== undefined && other !== machine).toSorted()
      const change = script && spec.command?.[0] === program && program?.endsWith('.sh') ? editTemplate(patient, [{path: `${editPath}.command`, to: ['sh', ...spec.command ?? []]}]) : undefined
      const who = `"${program ?? 'The program'}" of container "${name}"`
      const lacks = marked ? 'begins with a byte order mark before its "#!"' : 'has no "#!" in its first line'
      const rebuilt = `${machine === undefined ? 'the architecture of the node' : `linux/${machine}`}${others.length > 0 ? `, or let the pod run on nodes of ${others.join(' or ')} only` : ''}`
      yield {
        container: name,
        summary: script && file ? `The script ${who} ${lacks}, so the kernel cannot execute it (key "${file.key}" of ${file.from}).`
          : script ? `The script ${who} cannot be executed (exec format error): it has no "#!" in its first line, or image "${spec.image}" is not built for ${where}.`
          : `${who} in image "${spec.image}" is not built for ${where}: exec format error${others.length > 0 ? `; other nodes are ${others.join(', ')}` : ''}.`,
        evidence: [...evidence, ...file?.evidence ?? [], ...(found && machine !== undefined && !(script && file) ? [patient.cite(found, 'status.nodeInfo.architecture')] : [])],
        fixes: [
          ...(script ? [{action: marked && file ? `Save key "${file.key}" of ${file.from} without byte order mark` : file ? `Write "#!/bin/sh" into the first line of key "${file.key}" of ${file.from}`
            : `Write "#!/bin/sh" into the first line of ${program} and build image ${spec.image} anew`}] : []),
          ...(change ? [{action: 'Let a shell read the script', ...change}] : []),
          ...(script && file ? [] : [{action: `Build image ${spec.image} for ${rebuilt}${script ? '' : `; if ${program ?? 'it'} is a script, write "#!/bin/sh" into its first line`}`}]),
        ],
        culprit: {...patient.owner.ref, part: `${name} ${program ?? ''}`},
        ...(script && file?.firstLine === undefined && {likely: true as const}),
      }
    }
  },
})
