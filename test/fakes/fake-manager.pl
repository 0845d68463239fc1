#!/usr/bin/env perl
# Plays the service manager of a host: receives notifications on a datagram socket and prints each as one line, then how the service ended.
#
#     fake-manager.pl socket|descriptor SOCKET COMMAND…
#
# socket: NOTIFY_SOCKET in its environment. descriptor: as OpenFile=SOCKET:notify does, a connected socket as descriptor 3 and LISTEN_*.
use strict;
use warnings;
use Socket;
use IO::Select;

$| = 1;
my ($way, $path, @command) = @ARGV;
socket(my $server, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
unlink $path;
bind($server, sockaddr_un($path)) or die "bind: $!";

my $pid = fork();
if ($pid == 0) {
    if ($way eq 'descriptor') {
        # Descriptors up to this number survive exec.
        $^F = 3;
        socket(my $client, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
        connect($client, sockaddr_un($path)) or die "connect: $!";
        require POSIX;
        POSIX::dup2(fileno($client), 3);
        @ENV{qw(LISTEN_PID LISTEN_FDS LISTEN_FDNAMES)} = ($$, 1, 'notify');
    } else {
        $ENV{NOTIFY_SOCKET} = $path;
    }
    exec @command or die "exec: $!";
}
for my $name (qw(TERM INT)) { $SIG{$name} = sub { kill $name, $pid } }

my $waiting = IO::Select->new($server);
my $ended = 0;
while (1) {
    if (!$ended && waitpid($pid, 1) == $pid) { $ended = 1; }
    if ($waiting->can_read($ended ? 0 : 0.05)) {
        my $from = recv($server, my $message, 65536, 0);
        next unless defined $from;
        $message =~ s/\n/ | /g;
        print "notify $message\n";
    } elsif ($ended) {
        last;
    }
}
print "ended ", $? >> 8, "\n";
