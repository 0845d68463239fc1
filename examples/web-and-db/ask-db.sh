# A user network has no way from machine to machine. Its gateway stands for the host, and there db's port is forwarded.
set -e
while read -r _ destination gateway _; do
  if [ "$destination" = 00000000 ]; then break; fi
done </proc/net/route
host=$((16#${gateway:6:2})).$((16#${gateway:4:2})).$((16#${gateway:2:2})).$((16#${gateway:0:2}))
exec 3<>"/dev/tcp/$host/15432"
echo greeting >&3
read -r -t 60 -u 3 answer
echo "db says: $answer"
