# How the hypervisor's process is confined, and what is handed to it as it is.
{ lib, t }:
let
  inherit (lib.types)
    anything
    attrsOf
    bool
    either
    enum
    listOf
    nonEmptyStr
    str
    submodule
    ;
  # By hypervisor: the same two names the schema takes.
  perHypervisor =
    type: default:
    submodule {
      options = lib.genAttrs [ "cloud-hypervisor" "qemu" ] (
        name:
        lib.mkOption {
          inherit type default;
          description = "For ${name}.";
        }
      );
    };
in
{
  landlock =
    t.optional
      (either bool (
        t.table {
          rules = t.required (listOf (
            t.table {
              path = t.required nonEmptyStr ''
                File or directory, relative to the definition file. In a NixOS guest it must be absolute.
              '';
              access = t.required (enum [
                "r"
                "rw"
                "w"
              ]) "Read, write or both.";
            }
          )) "Further paths the hypervisor may open.";
        }
      ))
      ''
        Confine the hypervisor by Landlock to the files of this machine (Linux 6.2 and newer). Default: false.
      '';
  seccomp = t.optional (enum [
    "on"
    "off"
    "log"
  ]) ''cloud-hypervisor's own system call filter. Default: "on".'';
  unit = {
    devices = t.many (lib.types.strMatching "(/dev/|char-|block-)[^[:space:]]+") ''
      Devices the unit may open besides those of the machine: nodes below /dev, or groups by name ("char-usb_device", as in
      DeviceAllow= of systemd.resource-control(5)).
    '';
    paths = t.many (t.table {
      path = t.required nonEmptyStr ''
        File, directory or socket, relative to the definition file. In a NixOS guest it must be absolute.
      '';
      access = t.required (enum [
        "r"
        "rw"
      ]) "Read, or read and write.";
    }) "Files of the host the unit may open besides those of the machine.";
  };
  extraArgs = lib.mkOption {
    type = perHypervisor (listOf str) [ ];
    default = { };
    description = ''
      Extra arguments per hypervisor: extraArgs.qemu = [ … ]. For cloud-hypervisor only options of the process itself (see
      extraConfig).
    '';
  };
  extraConfig = lib.mkOption {
    type = perHypervisor (attrsOf anything) { };
    default = { };
    description = ''
      Merged into the request body a hypervisor gets (JSON merge patch, RFC 7386), e.g.
      extraConfig.cloud-hypervisor = { iommu = true }. In lists, a table with the id of a device ("root", "vol0" …) changes
      that device; all else is added.
    '';
  };
}
