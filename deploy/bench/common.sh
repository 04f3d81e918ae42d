# shellcheck shell=sh disable=SC2034
# What the scripts of this folder share; sourced, never run.

bench=$(cd -- "$(dirname -- "$0")" && pwd -P)
home=$(cd -- "$bench/../.." && pwd -P)
PATH=$PATH:/usr/sbin:/sbin
work=${SLUICE_BENCH_DIR:-$bench/target/work}
mkdir -p "$work"

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "sluice bench: $*"
  exit 1
}

# The Java side. The launcher sets JAVA_HOME to a JDK that is new enough.
java_bench() {
  [ -e "$bench/target/sluice-bench.jar" ] ||
    fail "cannot start: deploy/bench is not built; run it as: ./sluice bench ${0##*/}"
  "${JAVA_HOME:+$JAVA_HOME/bin/}java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC \
    -cp "$bench/target/sluice-bench.jar:$bench/target/lib/*" io.sluice.bench.Main "$@"
}

# The same, with what starts the services.
java_services() {
  [ -e "$bench/target/sluice-bench.jar" ] ||
    fail "cannot start: deploy/bench is not built; run it as: ./sluice bench ${0##*/}"
  standalone=$home/deploy/standalone/target
  "${JAVA_HOME:+$JAVA_HOME/bin/}java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -XX:+UseSerialGC -Xmx1g "-Dsluice.home=$home" \
    -cp "$bench/target/sluice-bench.jar:$bench/target/lib/*:$standalone/sluice-standalone.jar:$standalone/lib/*" \
    io.sluice.bench.Main "$@"
}

# made NAME OPTIONS...: a generated capture in $work with its truth; kept for the next time
made() {
  name=$1
  shift
  capture=$work/$name.pcap
  stamp="$(cksum <"$bench/target/sluice-bench.jar") $*"
  if [ ! -e "$capture" ] || [ "$(cat "$work/$name.options" 2>/dev/null)" != "$stamp" ]; then
    rm -f "$work/$name.options"
    java_bench generate --out "$capture" --truth "$work/$name.truth" "$@" || fail "cannot make $capture"
    printf '%s\n' "$stamp" >"$work/$name.options"
  fi
}

machine() {
  cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
  printf 'machine: %s, %s processors, %s MiB, Linux %s; load before: %s\n' "${cpu:-unknown}" "$(nproc)" \
    "$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)" "$(uname -r)" "$(cut -d' ' -f1-3 /proc/loadavg)"
}
