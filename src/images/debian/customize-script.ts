import type { DebianRecipe } from '../../spec/machine-spec.ts'
import { APPLETS } from './initrd.ts'
import { quickBootScript } from './quick-boot.ts'

/** Directory in the guest's root that the build uses, and that is not part of the image. */
export const WORK = '/microvm-build'

/** Modules the initrd loads; those that are built into the kernel are skipped. The vsock transport has to be there before PID 1. */
const MODULES = ['virtio_pci', 'virtio_blk', 'erofs', 'overlay', 'vmw_vsock_virtio_transport']

/** Units Debian enables that have nothing to do in a machine without a package database to care for, or without a screen. */
const DISABLED = [
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'getty@tty1.service',
  'systemd-pstore.service',
  // Started where there is a network card: see `initScript`.
  'systemd-resolved.service',
  'systemd-timesyncd.service',
]

/**
 * What is done to the guest's root once all packages are installed: a shell script that mmdebstrap(1) runs, as the owner of
 * that root, with its path as $1. Files and commands of the recipe lie in WORK by then (see `mmdebstrap-args.ts`); what the
 * image is made of is left in WORK/out.
 */
export const customizeScript = (recipe: DebianRecipe): string => `set -eu
root=$1
work=$root${WORK}
inside() { chroot "$root" "$@"; }
stage() { echo "microvm-stage: $*" >&2; }
cd "$root"
mkdir -p "$work/out/modules"

stage "configuring the system"
for unit in ${DISABLED.join(' ')}; do
  inside systemctl --quiet disable "$unit" 2>/dev/null || :
done
[ -e etc/hosts ] || printf '127.0.0.1 localhost\\n::1 localhost ip6-localhost ip6-loopback\\n' >etc/hosts
# Interfaces get their address by DHCP. One that is plugged in later starts networkd; for those that are there at boot the initrd does.
mkdir -p usr/lib/systemd/network usr/lib/udev/rules.d
cat >usr/lib/systemd/network/80-microvm.network <<'END'
[Match]
Type=ether

[Network]
DHCP=yes
END
cat >usr/lib/udev/rules.d/80-microvm-network.rules <<'END'
ACTION!="remove", SUBSYSTEM=="net", ATTR{type}=="1", TAG+="systemd", ENV{SYSTEMD_WANTS}+="systemd-networkd.service systemd-resolved.service systemd-timesyncd.service"
END
${quickBootScript}
${recipe.emptyRootPassword ? 'inside passwd --quiet --delete root' : ':'}
${recipe.files.map(({ path, mode }, index) => `inside install -D -m ${mode} ${WORK}/files/${index} ${quote(path)}`).join('\n')}
${recipe.run.map((_, index) => `stage "running command ${index + 1} of ${recipe.run.length}"\ninside sh -e ${WORK}/run/${index}`).join('\n')}
${recipe.enable.map((unit) => `inside systemctl --quiet enable ${quote(unit)}`).join('\n')}

stage "doing the work of a first boot"
inside ldconfig
inside journalctl --update-catalog 2>/dev/null
[ -e usr/lib/udev/hwdb.bin ] || [ -e etc/udev/hwdb.bin ] || inside systemd-hwdb update

stage "taking kernel and modules out"
kernel=$(ls usr/lib/modules | sort -V | tail -n 1)
cp "boot/vmlinuz-$kernel" "$work/out/kernel"
(
  cd "$work"
  APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -qq -o APT::Sandbox::User=root download busybox-static
  dpkg-deb --extract busybox-static_*.deb busybox
  for path in usr/bin/busybox bin/busybox; do
    if [ -e "busybox/$path" ]; then cp "busybox/$path" out/busybox; fi
  done
  for applet in ${APPLETS.join(' ')}; do
    out/busybox --list | grep -qx "$applet" || { echo "busybox has no $applet" >&2; exit 1; }
  done
)
# Plain modules load several times faster than compressed ones, and EROFS compresses them as well.
find usr/lib/modules -name '*.ko.xz' -exec "$work/out/busybox" unxz {} +
inside depmod "$kernel"
count=100
for module in ${MODULES.join(' ')}; do
  inside modprobe --set-version "$kernel" --show-depends "$module" | while read -r action file _; do
    if [ "$action" = insmod ]; then echo "\${file%.xz}"; fi
  done
done | awk '!seen[$0]++' | while read -r file; do
  cp ".$file" "$work/out/modules/$count-\${file##*/}"
  count=$((count + 1))
done
ls "$work"/out/modules/*-erofs.ko >/dev/null
printf '%s\\n' "$kernel" >"$work/out/kernel-version"
inside dpkg-query --show --showformat '\${Version}\\n' systemd >"$work/out/systemd-version"
inside dpkg-query --show --showformat '\${Package} \${Version}\\n' >"$work/out/packages"

stage "cleaning up"
rm -rf boot/* vmlinuz* initrd.img* var/lib/apt/lists/* var/cache/apt/* var/log/journal
rm -f usr/sbin/policy-rc.d etc/apt/apt.conf.d/99mmdebstrap etc/dpkg/dpkg.cfg.d/99mmdebstrap
rm -f etc/hostname var/cache/debconf/*-old var/lib/dpkg/*-old etc/.pwd.lock
${
  recipe.files.some(({ path }) => path === '/etc/resolv.conf')
    ? ':'
    : `# What mmdebstrap took from the host; the guest's own comes from its DHCP server or its .network file.
[ -L etc/resolv.conf ] || rm -f etc/resolv.conf
[ ! -e usr/lib/systemd/systemd-resolved ] || ln -sf ../run/systemd/resolve/stub-resolv.conf etc/resolv.conf`
}
find var/log -type f -delete
find usr/share/doc usr/share/man usr/share/info usr/share/locale -mindepth 1 -maxdepth 1 ! -name locale.alias -exec rm -rf {} + 2>/dev/null || :
# Empty, not missing: the machine gets an identity of its own at each start, and does not take it for its first boot.
: >etc/machine-id
if [ -e var/lib/dbus ]; then ln -sf /etc/machine-id var/lib/dbus/machine-id; fi
# Last, because it compares times with /usr: with it nothing is left for ldconfig.service and its like to update.
# Debian 12 has neither it nor those services.
if [ -e usr/lib/systemd/systemd-update-done ]; then inside /usr/lib/systemd/systemd-update-done; fi

stage "packing the root file system"
# lz4, not lz4hc: a second instead of nine to pack, a tenth larger (122 and 109 MB), and guests boot alike.
# Without the file systems mounted below it: a bind mount that is not recursive shows just the root itself.
mkdir "$work/tree"
mount --bind "$root" "$work/tree"
mkfs.erofs --quiet -zlz4 --exclude-regex='^(dev|run|tmp)/|^microvm-build$' "$work/out/root.erofs" "$work/tree" >&2
umount "$work/tree"
chmod -R a+rX "$work/out"
`

/** One word of a shell command. */
const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`
