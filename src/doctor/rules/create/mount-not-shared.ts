import {editTemplate} from '../../fix.js'
import {defineRule} from '../../rule.js'
import {startErrors} from '../../start-error.js'

/**
 * containerd pkg/cri/opts/spec_linux_opts.go: `path "/opt" is mounted on "/" but it is not a shared mount`, for HostToContainer `… not a shared or slave
 * mount`; CRI-O: `path "/opt" is mounted on "/" but it is not a shared mount`, too. The first path is that of the node, with links resolved.
 */
const PRIVATE = /path "([^"]+)" is mounted on "([^"]+)" but it is not a (shared(?: or slave)?) mount/

export default defineRule({
  id: 'mount-not-shared',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: 'container-not-created',
  title: 'Mounts shall be passed on to or from a folder of the node that does not pass them on',
  explain: `mountPropagation Bidirectional lets what the container mounts appear on the node, HostToContainer the reverse. Both work only where the node's
own mount is shared. On most systems systemd makes "/" shared; on nodes without it, or where the kubelet itself runs in a container, it is private.`,

  * check(patient) {
    for (const {name, editPath, spec, specPath, words, evidence} of startErrors(patient)) {
      const [, path, base, wanted] = PRIVATE.exec(words) ?? []
      if (path === undefined) continue
      const mounts = spec.volumeMounts ?? []
      const passing = ({mountPropagation}: {mountPropagation?: string}) => mountPropagation === 'Bidirectional' || mountPropagation === 'HostToContainer'
      const pathOf = (volume: string) => patient.pod.spec?.volumes?.find(({name}) => name === volume)?.hostPath?.path
      const exact = mounts.findIndex(mount => passing(mount) && pathOf(mount.name)?.replace(/\/$/, '') === path)
      const index = exact >= 0 ? exact : mounts.filter(passing).length === 1 ? mounts.findIndex(passing) : -1
      const mount = mounts[index]
      const node = patient.pod.spec?.nodeName ?? ''
      const change = mount && editTemplate(patient, [{path: `${editPath}.volumeMounts["${mount.mountPath}"].mountPropagation`, to: 'None'}])
      yield {
        container: name,
        summary: `${mount ? `Volume "${mount.name}" of container "${name}" is mounted with mountPropagation ${mount.mountPropagation}` : `A volume of container "${name}" is mounted with mountPropagation`}, but ${path} on node "${node}" is not a ${wanted} mount.`,
        evidence: [...evidence, ...(mount ? [patient.cite(patient.pod, `${specPath}.volumeMounts[${index}].mountPropagation`)] : [])],
        fixes: [
          {action: `Make the mount shared on node "${node}": mount --make-rshared ${base}`},
          ...(change ? [{action: `Mount volume "${mount.name}" without mountPropagation, if what is mounted on one side need not appear on the other`, ...change}] : []),
        ],
        culprit: {...patient.owner.ref, part: `${name} ${path}`},
      }
    }
  },
})
