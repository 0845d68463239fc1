{ lib, t }:
let
  inherit (lib.types)
    bool
    enum
    ints
    nonEmptyStr
    str
    strMatching
    ;
  forwardPort = t.table {
    from = t.optional (enum [ "host" ]) "Direction. Default and only value: host → guest.";
    proto = t.optional (enum [
      "tcp"
      "udp"
    ]) ''Default: "tcp".'';
    host.address = t.optional str "Address of this host to listen on. Default: 127.0.0.1.";
    host.port = t.required t.port "Port on the host.";
    guest.port = t.required t.port "Port in the guest.";
  };
in
t.table (
  {
    type =
      t.required
        (t.enumInsteadOf ''instead of "bridge" use "tap" with a tap device that is a port of the bridge'' [
          "user"
          "tap"
          "macvtap"
          "vhost-user"
        ])
        ''
          "user": no privileges (passt or QEMU's slirp). "tap": an existing tap device. "macvtap": an existing macvtap
          device. "vhost-user": a back-end of yours.
        '';
    id = t.required (strMatching "[A-Za-z0-9_.-]{1,15}") ''
      Name of the host device (tap, macvtap: at most 15 bytes), or of this interface.
    '';
    mac = t.optional (strMatching "[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}") ''
      MAC address of the guest's side. Default: derived from the machine's and the interface's name, the same on every
      start.
    '';
    mtu = t.optional (ints.between 1280 65535) "Bytes per packet; a tap or macvtap must have the same. Default: the host device's.";
    queues = t.optional (ints.between 1 16) "Queue pairs, at most one per vCPU. Default: 1.";
    queueSize = t.optional t.queueSize "Default: 256.";
    offload = t.optional bool "TSO, UFO and checksum offload. Default: true.";
    socket = t.optional nonEmptyStr ''Socket of the vhost-user back-end (type "vhost-user").'';
    forwardPorts = t.many forwardPort ''Only for type "user".'';
    bridge = t.gone ''Use type = "tap" with a tap device that is a port of the bridge.'';
    guestId = t.gone "Name it in the guest: systemd.network.links, matched by the interface's mac.";
    link = t.gone ''Create the macvtap device on the host (systemd.network.netdevs), and name it: type = "macvtap"; id = "…".'';
    macvtap = t.gone ''Create the macvtap device on the host (systemd.network.netdevs), and name it: type = "macvtap"; id = "…".'';
    tap = t.gone "Remove it: vhost-net is not used.";
    rateLimit = t.optional t.rateLimit "Token buckets, as cloud-hypervisor's docs/io_throttling.md defines them.";
  }
  // t.pci
)
