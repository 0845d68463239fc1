# The program: TypeScript bundled by nixpkgs' esbuild, and the programs it drives on its PATH.
# The run-time npm packages come from package-lock.json. npm fetches each of them from wherever it is set to, and the
# lock's own integrity is the hash, so nothing here has to be kept in step with the lock.
{
  lib,
  stdenvNoCC,
  esbuild,
  installShellFiles,
  makeBinaryWrapper,
  nodejs_24,
  # What the program drives.
  btrfs-progs,
  cloud-hypervisor,
  coreutils,
  dosfstools,
  e2fsprogs,
  erofs-utils,
  iproute2,
  passt,
  qemu_kvm,
  systemd,
  util-linux,
  vhost-device-vsock,
  virtiofsd,
  xfsprogs,
}:
let
  packageJson = lib.importJSON ./package.json;
  lock = lib.importJSON ./package-lock.json;

  nameOf = path: entry: entry.name or (lib.last (lib.splitString "node_modules/" path));

  tarballOf =
    path: entry:
    stdenvNoCC.mkDerivation {
      name = "${lib.strings.sanitizeDerivationName (nameOf path entry)}-${entry.version}.tgz";
      nativeBuildInputs = [ nodejs_24 ];
      outputHash = entry.integrity;
      outputHashMode = "flat";
      outputHashAlgo = null;
      impureEnvVars = lib.fetchers.proxyImpureEnvVars ++ [
        "npm_config_registry"
        "NODE_EXTRA_CA_CERTS"
      ];
      buildCommand = ''
        export HOME=$TMPDIR
        npm pack --silent --pack-destination "$TMPDIR" ${lib.escapeShellArg "${nameOf path entry}@${entry.version}"}
        mv "$TMPDIR"/*.tgz "$out"
      '';
    };

  runTime = lib.filterAttrs (
    path: entry: path != "" && !(entry.dev or false) && !(entry.link or false)
  ) lock.packages;

  # The same as scripts/build.ts, for esbuild's own command; test/nix/package.test.ts compares what the two make.
  esbuildFlags = [
    "--bundle"
    "--splitting"
    "--platform=node"
    "--format=esm"
    "--target=node24"
    "--loader:.sh=text"
    "--out-extension:.js=.mjs"
    "--chunk-names=chunks/[name]-[hash]"
    "--banner:js=const require = (id) => process.getBuiltinModule('node:module').createRequire(import.meta.url)(id);"
    "--log-level=warning"
  ];
in
stdenvNoCC.mkDerivation {
  pname = "microvm";
  inherit (packageJson) version;

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./src
      ./package.json
      ./tsconfig.json
    ];
  };

  nativeBuildInputs = [
    esbuild
    installShellFiles
    makeBinaryWrapper
    nodejs_24
  ];

  postPatch = lib.concatStrings (
    lib.mapAttrsToList (path: entry: ''
      mkdir -p ${path}
      tar -xzf ${tarballOf path entry} --strip-components=1 -C ${path}
    '') runTime
  );

  buildPhase = ''
    runHook preBuild
    esbuild microvm=src/main.ts --outdir=dist ${lib.escapeShellArgs esbuildFlags}
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    mkdir -p $out/lib/microvm
    cp -r dist/. $out/lib/microvm
    makeWrapper ${lib.getExe nodejs_24} $out/bin/microvm \
      --add-flags $out/lib/microvm/microvm.mjs \
      --prefix PATH : ${
        lib.makeBinPath [
          btrfs-progs
          cloud-hypervisor
          coreutils
          dosfstools
          e2fsprogs
          erofs-utils
          iproute2
          passt
          qemu_kvm
          systemd
          util-linux
          vhost-device-vsock
          virtiofsd
          xfsprogs
        ]
      }
    for shell in bash fish zsh; do
      $out/bin/microvm completion $shell > microvm.$shell
    done
    installShellCompletion --cmd microvm --bash microvm.bash --fish microvm.fish --zsh microvm.zsh
    $out/bin/microvm man > microvm.1
    installManPage microvm.1
    runHook postInstall
  '';

  doInstallCheck = true;
  installCheckPhase = ''
    runHook preInstallCheck
    test "$($out/bin/microvm version)" = ${packageJson.version}
    runHook postInstallCheck
  '';

  passthru = { inherit esbuildFlags; };

  meta = {
    inherit (packageJson) description;
    license = lib.licenses.mit;
    mainProgram = "microvm";
    platforms = [
      "x86_64-linux"
      "aarch64-linux"
    ];
  };
}
