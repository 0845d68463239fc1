/**
 * /init of the initrd, run by a static busybox. Loads the modules in /modules in the order of their names, puts a
 * writable layer over the read-only root disk and hands over to the guest's systemd.
 *
 * The vsock transport is among the modules: systemd's first messages are lost when PID 1 starts without it.
 * Whatever fails is said on the console, and the machine powers off, so that the host sees it at once.
 */
export const initScript = `#!/bin/busybox sh
export PATH=/bin

say() { echo "microvm: $*" >/dev/console; }
fail() { say "$*"; say "powering off"; poweroff -f; }

# One process for many mounts: each costs some hundredths of a second under software emulation.
echo 'proc /proc proc nosuid,nodev,noexec
sysfs /sys sysfs nosuid,nodev,noexec
devtmpfs /dev devtmpfs nosuid,mode=0755' >/mounts
mount -a -T /mounts

for module in /modules/*; do
  insmod "$module" || say "module $module could not be loaded"
done

init=/sbin/init upper=
read -r words </proc/cmdline
for word in $words; do
  case $word in
    init=*) init=\${word#init=} ;;
    microvm.root=*) upper=\${word#microvm.root=} ;;
  esac
done

# Prints the device whose virtio serial number is $1; waits 30 seconds for it at most.
disk() {
  tries=0
  while [ $tries -lt 300 ]; do
    for serial in /sys/block/*/serial; do
      found=
      read -r found <"$serial" 2>/dev/null
      if [ "$found" = "$1" ]; then
        device=\${serial#/sys/block/}
        echo "/dev/\${device%/serial}"
        return 0
      fi
    done
    tries=$((tries + 1))
    sleep 0.1
  done
  return 1
}

root=$(disk root) || fail "no disk with the serial number 'root': the machine has no root disk"
mount -t erofs -o ro "$root" /lower || fail "$root, the root disk, could not be mounted as EROFS"

if [ -z "$upper" ]; then
  mount -t tmpfs -o mode=0755 tmpfs /upper || fail "no memory for the writable layer"
else
  volume=$(disk "$upper") || fail "no disk with the serial number '$upper', which microvm.root= names"
  # busybox in Debian has no blkid; the guest's own is there by now.
  mount -o bind /dev /lower/dev
  type=$(chroot /lower /usr/sbin/blkid -p -o value -s TYPE "$volume")
  umount /lower/dev
  [ -n "$type" ] || fail "$volume ('$upper') has no file system, so it cannot be the writable layer"
  grep -qw "$type" /proc/filesystems || chroot /lower /usr/sbin/modprobe "$type"
  mount -t "$type" "$volume" /upper || fail "$volume ('$upper') could not be mounted as $type"
fi

mkdir -p /upper/data /upper/work
mount -t overlay -o lowerdir=/lower,upperdir=/upper/data,workdir=/upper/work overlay /root ||
  fail "the writable layer could not be put over the root disk"
[ -x "/root$init" ] || [ -L "/root$init" ] || fail "the root disk has no $init"

# What systemd would start mount(8) for, one process each; it takes over what is mounted already, options and all.
mkdir -p /dev/hugepages /dev/mqueue /run
echo 'hugetlbfs /dev/hugepages hugetlbfs nosuid,nodev
mqueue /dev/mqueue mqueue nosuid,nodev,noexec
debugfs /sys/kernel/debug debugfs nosuid,nodev,noexec
tracefs /sys/kernel/tracing tracefs nosuid,nodev,noexec
tmpfs /run tmpfs mode=0755,nosuid,nodev,size=20%,nr_inodes=800k
tmpfs /root/tmp tmpfs mode=1777,nosuid,nodev,strictatime,size=50%,nr_inodes=1m' >/mounts
[ ! -d /sys/fs/fuse/connections ] || echo 'fusectl /sys/fs/fuse/connections fusectl nosuid,nodev,noexec' >>/mounts
mount -a -T /mounts
mkdir -m 1777 /run/lock

# With a network card (PCI class 2) the guest has what a Debian with networkd has: addresses, names, the time, and a network-online.target that waits.
# Without one nothing of that starts. The cards are there already, their drivers are not.
network=
for class in /sys/bus/pci/devices/*/class; do
  code=
  read -r code <"$class" 2>/dev/null
  case $code in 0x02*) network=yes ;; esac
done
want() {
  unit=/usr/lib/systemd/system/$2
  [ -e "/root$unit" ] || return 0
  mkdir -p "/run/systemd/system/$1.wants"
  ln -s "$unit" "/run/systemd/system/$1.wants/$2"
}
if [ -n "$network" ]; then
  for unit in networkd resolved timesyncd; do want multi-user.target "systemd-$unit.service"; done
  want network-online.target systemd-networkd-wait-online.service
fi
echo 'tmpfs /run/lock tmpfs mode=1777,nosuid,nodev,noexec,size=5242880
/run /root/run none move
/dev /root/dev none move
/sys /root/sys none move
/proc /root/proc none move' >/mounts
mount -a -T /mounts
exec switch_root /root "$init"
`
