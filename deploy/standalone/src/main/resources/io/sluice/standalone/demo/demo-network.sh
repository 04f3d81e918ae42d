#!/bin/sh
# demo-network.sh ID FIFO READY LOG: as root, makes the demo's two namespaces and the veth pair between them, says so by
# the file READY, and removes them when somebody opens FIFO for writing.
set -eu
id=$1 fifo=$2 ready=$3 log=$4
PATH=$PATH:/usr/sbin:/sbin
exec >>"$log" 2>&1 </dev/null
cd /

server=sluice-$id-server
client=sluice-$id-client

remove() {
  trap - EXIT
  # The pair goes with its namespaces.
  ip netns del "$server" 2>/dev/null || :
  ip netns del "$client" 2>/dev/null || :
}
trap 'echo failed; remove' EXIT
trap 'exit 1' HUP INT TERM

remove
trap 'echo failed; remove' EXIT
ip netns add "$server"
ip netns add "$client"
for netns in "$server" "$client"; do
  ip netns exec "$netns" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6' 2>/dev/null || :
done
ip -n "$server" link add "sl${id}s" type veth peer name "sl${id}c" netns "$client"
ip -n "$server" addr add 10.231.77.1/24 dev "sl${id}s"
for last in 11 12 13 14; do
  ip -n "$client" addr add "10.231.77.$last/24" dev "sl${id}c"
done
for netns in "$server" "$client"; do
  ip -n "$netns" link set lo up
done
ip -n "$server" link set "sl${id}s" up
ip -n "$client" link set "sl${id}c" up
# The server is not root and yet serves port 80.
ip netns exec "$server" sh -c 'echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start'

: >"$ready"
chmod 644 "$ready"
# Opening waits until somebody opens the other end.
: <"$fifo" || :
remove
