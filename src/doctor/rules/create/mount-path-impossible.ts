import {defineRule} from '../../rule.js'
import {startErrors} from '../../start-error.js'

/**
 * runc: `error mounting … to rootfs at "/proc/acme": … cannot be mounted because it is inside /proc`. A volume on "/" itself hides the whole file system, of which runc
 * 1.1 says `error closing exec fds: open /proc/self/fd: no such file or directory`, and crun and later ones something else every time: so the mount is looked up in the spec.
 */
const INSIDE = /to rootfs at "([^"]+)": .* cannot be mounted because it is (?:not a proc mount|inside \/proc)/
const ROOTLESS = /closing exec fds|\/proc\/self\/|not found|no such file|rootfs|pivot_root/

export default defineRule({
  id: 'mount-path-impossible',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: ['container-not-created', 'command-not-found'],
  title: 'A volume is mounted where none can be',
  explain: `A volume takes the place of what the image has at its mountPath. On "/" that is everything: the program, its libraries and /proc, so nothing is left to start. And
below /proc the runtime allows no mounts but its own, since that is how containers have been broken out of. Mount the volume on a folder of its own.`,

  * check(patient) {
    for (const {name, spec, specPath, words, evidence} of startErrors(patient)) {
      const inside = INSIDE.exec(words)?.[1]
      const index = spec.volumeMounts?.findIndex(({mountPath = '?', subPath}) => inside === undefined ? mountPath.replaceAll('/', '') === '' && !subPath && ROOTLESS.test(words) : mountPath === inside) ?? -1
      const mount = spec.volumeMounts?.[index]
      if (!mount) continue
      yield {
        container: name,
        summary: `Volume "${mount.name}" of container "${name}" is mounted on ${mount.mountPath}, ${inside === undefined ? `which hides all that image "${spec.image}" has, its program included` : 'and no volume can be mounted below /proc'}.`,
        evidence: [...evidence, patient.cite(patient.pod, `${specPath}.volumeMounts[${index}].mountPath`)],
        fixes: [{action: `Mount volume "${mount.name}" on a folder of its own, such as /${mount.name}`}],
        culprit: {...patient.owner.ref, part: `${name} ${mount.name}`},
      }
    }
  },
})
