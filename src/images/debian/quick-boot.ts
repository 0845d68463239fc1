/**
 * What a virtual machine does at each boot for nothing. Every process costs a tenth of a second and more under software
 * emulation, so each of these was measured; a recipe can take any back (`run = ["systemctl unmask …"]`).
 */
const MASKED = [
  // Load what is built into the kernel, or comes by itself when it is used.
  'modprobe@configfs.service',
  'modprobe@drm.service',
  'modprobe@efi_pstore.service',
  'modprobe@fuse.service',
  'sys-kernel-config.mount',
  // Done when the image is built: see the static nodes below.
  'kmod-static-nodes.service',
  // Does a part of systemd-tmpfiles-setup-dev.service before it, for systems whose users are not there yet.
  'systemd-tmpfiles-setup-dev-early.service',
  // The machine has a virtio-rng; a seed in an image everybody has would be none.
  'systemd-random-seed.service',
  // Rules and settings of udev by credential, which nobody gives here.
  'systemd-udev-load-credentials.service',
]

/** Generators that look for what such a machine cannot have: a partition table, hibernation, updates at boot, a TPM to wait for. */
const MASKED_GENERATORS = [
  'systemd-bless-boot-generator',
  'systemd-gpt-auto-generator',
  'systemd-hibernate-resume-generator',
  'systemd-system-update-generator',
  'systemd-tpm2-generator',
]

/**
 * Devices that are not announced at boot, a third of all: the 64 virtual terminals of a machine without a screen, by their numbers (major 4, minor 0
 * to 63; ttyS0 has 64), and the memory of their screens.
 */
const UNANNOUNCED = [
  '--subsystem-nomatch=vc',
  ...['[0-9]', '[1-5][0-9]', '6[0-3]'].map((minor) => `--attr-nomatch=dev=4:${minor}`),
]

/** Part of the customize script, run in the guest's root. */
export const quickBootScript = `
for unit in ${MASKED.join(' ')}; do ln -sf /dev/null "etc/systemd/system/$unit"; done
mkdir -p etc/systemd/system-generators
for generator in ${MASKED_GENERATORS.join(' ')}; do ln -sf /dev/null "etc/systemd/system-generators/$generator"; done
mask_generator() { ln -sf /dev/null "etc/systemd/system-generators/$1"; }
[ -e usr/sbin/sshd ] || mask_generator systemd-ssh-generator
[ -e etc/rc.local ] || mask_generator systemd-rc-local-generator
# systemd-sysv-generator reads every unit there is; needed by those alone who have an init script without one.
for script in etc/init.d/*; do
  name=\${script##*/}
  [ -e "usr/lib/systemd/system/\${name%.sh}.service" ] || [ -e "lib/systemd/system/\${name%.sh}.service" ] || [ ! -x "$script" ] || old=$name
done
[ -n "\${old-}" ] || mask_generator systemd-sysv-generator
# A file without entries makes systemd-modules-load.service start for nothing.
grep -q '^[^#]' etc/modules 2>/dev/null || rm -f etc/modules-load.d/modules.conf
only_with() {
  mkdir -p "usr/lib/systemd/system/$1.d"
  printf '[Unit]\\nCondition%s\\n' "$2" >"usr/lib/systemd/system/$1.d/50-microvm.conf"
}
# There is nothing to flush unless the journal is kept, and nothing to remount without a table.
only_with systemd-journal-flush.service PathIsDirectory=/var/log/journal
grep -q '^[^#]' etc/fstab 2>/dev/null || rm -f etc/fstab
only_with systemd-remount-fs.service PathExists=/etc/fstab
mkdir -p usr/lib/systemd/system/systemd-udev-trigger.service.d
{ printf '[Service]\\nExecStart=\\n'
  sed -n 's/^ExecStart=.* trigger .*/& ${UNANNOUNCED.join(' ')}/p' usr/lib/systemd/system/systemd-udev-trigger.service
} >usr/lib/systemd/system/systemd-udev-trigger.service.d/50-microvm.conf
# Nodes of modules that are loaded on demand, as kmod-static-nodes.service would find them out at each boot.
awk '!/^#/ { node = "/dev/" $2; if (sub("/[^/]*$", "", node) && node != "/dev") print "d " node " 0755 - - -"
  print substr($3, 1, 1) "! /dev/" $2 " 0600 - - - " substr($3, 2) }' \\
  usr/lib/modules/*/modules.devname >usr/lib/tmpfiles.d/microvm-static-nodes.conf
`
