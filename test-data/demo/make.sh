#!/bin/sh
# Makes demo.pcap.gz and demo-totals.json anew: the demo's server and clients (deploy/standalone, built) in two namespaces of
# their own, with tcpdump at the server's end of the veth pair. As root.
set -eu
here=$(cd -- "$(dirname -- "$0")" && pwd -P)
home=$(cd -- "$here/../.." && pwd -P)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
classes="$home/deploy/standalone/target/sluice-standalone.jar:$home/deploy/standalone/target/lib/*"
scratch=$(mktemp -d)
id=$(printf '%08x' $$)
server=sluice-$id-server
pids=

finish() {
  trap - EXIT
  # shellcheck disable=SC2086 # a list of numbers
  [ -z "$pids" ] || kill $pids 2>/dev/null || :
  # shellcheck disable=SC2016 # the inner shell expands it
  [ ! -p "$scratch/fifo" ] || timeout 3 sh -c ': >"$1"' sh "$scratch/fifo" || :
  rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

await() {
  tries=0
  while [ ! -e "$1" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || { echo "cannot make the capture: no $1" >&2; exit 1; }
    sleep 0.1
  done
}

mkfifo "$scratch/fifo"
setsid --fork sh "$home/deploy/standalone/src/main/resources/io/sluice/standalone/demo/demo-network.sh" \
  "$id" "$scratch/fifo" "$scratch/network" "$scratch/log"
await "$scratch/network"
ip netns exec "$server" "$java" -cp "$classes" io.sluice.standalone.demo.DemoServer "$scratch/listening" &
pids="$pids $!"
await "$scratch/listening"
ip netns exec "$server" tcpdump -q -U -Z root -i "sl${id}s" -s 0 -w "$scratch/demo.pcap" tcp port 80 &
tcpdump=$!
await "$scratch/demo.pcap"
ip netns exec "sluice-$id-client" "$java" -Djdk.httpclient.allowRestrictedHeaders=host -cp "$classes" \
  io.sluice.standalone.demo.DemoTraffic "$here/demo-totals.json" 23
sleep 1
kill -INT "$tcpdump"
wait "$tcpdump" || :
gzip -9n <"$scratch/demo.pcap" >"$here/demo.pcap.gz"
