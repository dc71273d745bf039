import {BROADER, failsWith, saidBy} from '../../complaint.js'
import {editTemplate} from '../../fix.js'
import {mountAt, pathIn} from '../../path-in-container.js'
import {defineRule} from '../../rule.js'

/** EROFS of the kernel, in the words of each runtime. A path that belongs to somebody else is EACCES, and another fault. */
export default defineRule({
  id: 'file-system-read-only',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: BROADER,
  title: 'The program writes to a file system that is read-only',
  explain: `With readOnlyRootFilesystem nothing of the image can be written; a program that needs a folder for temporary files, a cache or a pid file gets an emptyDir
there. Volumes from ConfigMaps, Secrets and the downward API are always read-only, and others where the mount says readOnly.`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'read-only')
      if (!said) continue
      const {name, spec, specPath, editPath} = container
      const path = pathIn(said.raw) ?? pathIn(said.around)
      const on = path === undefined ? undefined : mountAt(patient, container, path)
      const root = spec.securityContext?.readOnlyRootFilesystem === true
      const written = on && (on.volume.configMap ?? on.volume.secret ?? on.volume.projected ?? on.volume.downwardAPI)
      const folder = path === undefined ? undefined : path.replace(/\/[^/]*$/, '') || path
      const why = on && written ? `${path} is on ${on.words}, which can never be written`
        : on?.mount.readOnly ? `${path} is on ${on.words}, which is mounted with readOnly`
        : root && !on ? `its securityContext has readOnlyRootFilesystem${path === undefined ? '' : `, and no volume is mounted at ${path}`}` : undefined
      if (why === undefined) continue
      const volume = `${name}-${(folder ?? '').replaceAll(/[^a-z0-9]+/gi, '-').replaceAll(/^-|-$/g, '').toLowerCase()}`.slice(0, 60).replace(/-$/, '')
      yield {
        container: name, summary: `${failsWith(container, said)}: ${why}.`,
        evidence: [...said.evidence, ...(on ? on.evidence : patient.citeIfPresent(patient.pod, `${specPath}.securityContext.readOnlyRootFilesystem`))],
        fixes: on && written ? [{action: `Let the program write elsewhere, or copy ${on.mountPath} into an emptyDir in an init container`}]
          : on ? [{action: `Mount volume "${on.volume.name}" without readOnly`, ...editTemplate(patient, [{path: `${editPath}.volumeMounts[${on.mountPath}].readOnly`, remove: true}])}]
          : folder === undefined ? [] : [{action: `Mount an emptyDir at ${folder}`, ...editTemplate(patient, [
            {path: 'volumes', append: {name: volume, emptyDir: {}}}, {path: `${editPath}.volumeMounts`, append: {name: volume, mountPath: folder}}])}],
        culprit: {...patient.owner.ref, part: `${name} ${folder ?? 'root'}`},
      }
    }
  },
})
