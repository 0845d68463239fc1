# Options of microvm.nix that microvm does not have, and that somebody set all the same: where they stand, and the advice.
# An option that nothing reads is never evaluated, so its type cannot refuse a value; whoever checks a configuration asks here.
{ lib }:
let
  isGone = type: type.name == "gone";
  nested = type: type.nestedTypes.elemType;
  subOptions = type: removeAttrs (type.getSubOptions [ ]) [ "_module" ];

  # Values are looked at only where one of these options can be: the others may be expensive (a whole guest).
  mayHold =
    type:
    if lib.elem type.name [ "nullOr" "listOf" "attrsOf" ] then
      mayHold (nested type)
    else if type.name == "submodule" then
      holdsOptions (subOptions type)
    else
      isGone type;
  holdsOptions =
    options:
    lib.any (option: if lib.isOption option then mayHold option.type else holdsOptions option) (
      lib.attrValues (lib.filterAttrs (_: lib.isAttrs) options)
    );

  inValue =
    at: option: type: value:
    if !mayHold type || value == null then
      [ ]
    else if isGone type then
      [
        {
          inherit at;
          advice = option.description;
        }
      ]
    else if type.name == "nullOr" then
      inValue at option (nested type) value
    else if type.name == "listOf" then
      lib.concatLists (lib.imap0 (index: inValue "${at}[${toString index}]" option (nested type)) value)
    else if type.name == "attrsOf" then
      lib.concatLists (lib.mapAttrsToList (name: inValue "${at}.${name}" option (nested type)) value)
    else
      inOptions at (subOptions type) value;

  inOptions =
    at: options: values:
    lib.concatLists (
      lib.mapAttrsToList (
        name: option:
        if lib.isOption option then
          inValue "${at}.${name}" option option.type (values.${name} or null)
        else if lib.isAttrs option then
          inOptions "${at}.${name}" option (values.${name} or { })
        else
          [ ]
      ) options
    );
in
{
  /**
    Declarations and the values they have → [ { at = "microvm.vsock.ssh"; advice; } ].
  */
  goneIn = inOptions;

  /**
    The sentence about one of them. `whose` says whose option it is: "the machine web", "this host".
  */
  sayGone = whose: { at, advice }: ''
    ${at} of ${whose}: microvm.nix has this option, microvm does not.
    ${advice}
  '';

  /**
    Declarations of top-level options that are gone, by dotted name → advice: a value of any type is accepted here and refused
    by an assertion, and nobody can read one.
  */
  declare =
    advice:
    lib.foldl' lib.recursiveUpdate { } (
      lib.mapAttrsToList (
        name: text:
        lib.setAttrByPath (lib.splitString "." name) (
          lib.mkOption {
            type = lib.types.unspecified;
            apply = _: throw "microvm.${name}: microvm.nix has this option, microvm does not. ${text}";
            visible = false;
            internal = true;
            description = text;
          }
        )
      ) advice
    );

  /**
    Which of these are set: `options` are those of the evaluated configuration, below `microvm`. A table is named by its keys.
  */
  declared =
    options: advice:
    lib.concatLists (
      lib.mapAttrsToList (
        name: text:
        let
          option = lib.getAttrFromPath (lib.splitString "." name) options;
          keys = lib.unique (
            lib.concatMap (
              value: if lib.isAttrs value && !lib.isDerivation value then lib.attrNames value else [ ]
            ) option.definitions
          );
        in
        lib.optional option.isDefined {
          at = lib.concatMapStringsSep ", " (key: "microvm.${name}${key}") (
            if keys == [ ] then [ "" ] else map (key: ".${key}") keys
          );
          advice = text;
        }
      ) advice
    );
}
