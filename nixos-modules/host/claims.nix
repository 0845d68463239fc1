# What machines of one host cannot both have. The rule is src/spec/rules/ (claims.ts, claim-clashes.ts), which sees the
# machines of one file; only the host sees those of all. test/agreement/nix-clashes.test.ts holds the two against each other.
# The context id is not among it: every machine's vsock is a socket of its own, so two may have the same.
{ lib }:
let
  allAddresses = [
    "0.0.0.0"
    "::"
  ];
  # A name to compare: no reference to what it names.
  claim = what: value: {
    inherit what;
    value = builtins.unsafeDiscardStringContext value;
  };
  claims = what: values: map (claim what) (lib.filter (value: value != null) values);
  each = machine: key: machine.${key} or [ ];
  isDevice = interface: interface.type == "tap" || interface.type == "macvtap";
  normal =
    path:
    "/" + lib.concatStringsSep "/" (lib.filter (part: part != "" && part != ".") (lib.splitString "/" path));

  claimsOf =
    machine:
    let
      volumes = each machine "volumes";
      interfaces = each machine "interfaces";
      root = machine.image.root or null;
    in
    lib.optional (root != null) (
      claim "disk image" (normal root) // { readOnly = machine.image.rootReadOnly or true; }
    )
    ++ map (volume: claim "disk image" (normal volume.image) // { readOnly = volume.readOnly or false; }) (
      lib.filter (volume: lib.hasPrefix "/" volume.image && !(volume ? vhostUserSocket)) volumes
    )
    ++ claims "socket" (
      map (volume: volume.vhostUserSocket or null) volumes
      ++ map (item: item.socket or null) (interfaces ++ each machine "shares")
      ++ [ (machine.tpm.socket or null) ]
    )
    ++ claims "tap or macvtap device" (map (interface: interface.id) (lib.filter isDevice interfaces))
    ++ claims "MAC address" (
      map (interface: lib.toLower interface.mac) (
        lib.filter (interface: interface ? mac && interface.type != "user") interfaces
      )
    )
    ++ lib.concatMap (
      interface:
      map (
        forward:
        claim "port of the host" "${forward.proto or "tcp"} ${toString forward.host.port}"
        // {
          address = forward.host.address or "127.0.0.1";
        }
      ) (interface.forwardPorts or [ ])
    ) interfaces
    ++ claims "PCI device" (map (device: device.path) (each machine "devices"))
    ++ claims "UUID" [ (machine.platform.uuid or null) ];

  overlap =
    one: other:
    let
      addresses = [
        (one.address or "")
        (other.address or "")
      ];
    in
    one.address or "" == other.address or "" || lib.any (address: lib.elem address allAddresses) addresses;
  collide =
    one: other:
    one.machine != other.machine
    && !(one.readOnly or false && other.readOnly or false)
    && overlap one other;
in
{
  /**
    Machines by name → [ { what; value; owners; } ]: what two of them and more have, and cannot.
  */
  clashes =
    machines:
    let
      all = lib.concatLists (
        lib.mapAttrsToList (name: machine: map (entry: entry // { machine = name; }) (claimsOf machine)) machines
      );
      groups = lib.groupBy ({ what, value, ... }: builtins.toJSON [ what value ]) all;
      clashOf =
        group:
        let
          rivals = lib.filter (one: lib.any (collide one) group) group;
        in
        lib.optional (rivals != [ ]) {
          inherit (lib.head group) what value;
          owners = lib.unique (map ({ machine, ... }: machine) rivals);
        };
    in
    lib.concatMap clashOf (lib.attrValues groups);
}
