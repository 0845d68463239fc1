# A NixOS that is a guest: an ordinary configuration, and what the machine is like.
{ pkgs, ... }:
{
  microvm = {
    vcpu = 2;
    mem = "768M";
    interfaces = [
      {
        type = "user";
        id = "uplink";
        forwardPorts = [
          {
            host.port = 8080;
            guest.port = 80;
          }
        ];
      }
    ];
    volumes = [
      {
        image = "var.img";
        size = "1G";
        mountPoint = "/var";
      }
    ];
  };

  # The machine is ready when this is: `microvm up -d` returns, and http://127.0.0.1:8080 answers.
  services.nginx = {
    enable = true;
    virtualHosts.default.root = pkgs.writeTextDir "index.html" "Hello from a NixOS guest\n";
  };
  networking.firewall.allowedTCPPorts = [ 80 ];

  # For development only: log in on the console (`microvm console hello`) without a password.
  services.getty.autologinUser = "root";
}
