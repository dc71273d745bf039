import {listed} from '../../report/layout.js'
import {defineRule} from '../../rule.js'
import {nearMisses, STRONG} from '../../near-miss.js'
import {isStuck, said, unmountedOf, volumeWord} from '../../unmounted.js'

/** pkg/volume/csi: the kubelet says that the driver is not registered, the attach/detach controller that the CSINode does not contain it. What a node has registered stands in its CSINode, which is there when the event is gone. */
const NOT_REGISTERED = /driver name (\S+) not found in the list of registered CSI drivers|CSINode \S+ does not contain driver (\S+)/

export default defineRule({
  id: 'csi-driver-missing',
  phase: 'volume',
  severity: 'error',
  heals: 'by itself',
  refines: 'volume-not-mounted',
  title: 'The CSI driver of a volume does not run on the pod\'s node',
  explain: `A volume is mounted by a CSI driver: a pod of a DaemonSet that registers with the kubelet of its node. No driver of that name is registered on this node:
it is not installed at all, its pod does not run on this node (a taint, a crash), or the name in the volume is misspelt. The kubelet mounts the volume by itself once the driver is there.`,

  * check(patient) {
    const node = patient.pod.spec?.nodeName
    const waiting = node === undefined ? [] : unmountedOf(patient)
    for (const unmounted of waiting) {
      const {source, volume, path, name} = unmounted
      const words = said(unmounted, NOT_REGISTERED)
      const driver = source.csi?.driver ?? volume?.spec?.csi?.driver ?? words?.match[1] ?? words?.match[2]
      if (driver === undefined || node === undefined) continue
      const csiNode = patient.find('CSINode', node)
      const registered = csiNode ? (csiNode.spec?.drivers ?? []).map(({name}) => name) : undefined
      if (registered?.includes(driver) || (!words && !(registered && isStuck(patient, 2)))) continue
      const installed = patient.find('CSIDriver', driver)
      const others = patient.list('CSIDriver', {})?.map(({metadata}) => metadata?.name ?? '') ?? []
      const [near] = nearMisses(driver, [...registered ?? [], ...others])
      const meant = near && near.score >= STRONG ? near.name : undefined
      const there = meant !== undefined ? `; "${meant}" is` : !registered ? '' : registered.length > 0 ? `; the node has ${listed(registered.map(other => `"${other}"`))}` : '; the node has no CSI driver at all'
      yield {
        about: name,
        summary: `CSI driver "${driver}", which ${volumeWord(unmounted)} needs, is not registered on node "${node}"${installed === null ? ' and not installed in the cluster' : ''}${there}.`,
        evidence: [...(words ? [patient.cite(words.event, 'message')] : []), ...(volume?.spec?.csi ? [patient.cite(volume, 'spec.csi.driver')] : patient.citeIfPresent(patient.pod, `${path}.csi.driver`)),
          ...(csiNode ? patient.citeIfPresent(csiNode, 'spec.drivers') : []), ...(installed === null ? [patient.citeAbsence('CSIDriver', driver)] : [])],
        fixes: [{action: installed === null ? `Install CSI driver "${driver}"${meant === undefined ? '' : `, or name "${meant}"`}` : `Let the pod of CSI driver "${driver}" run on node "${node}": its DaemonSet may not tolerate the node's taints, or its pod there is sick`}],
        culprit: {kind: 'CSIDriver', name: driver},
      }
    }
  },
})
