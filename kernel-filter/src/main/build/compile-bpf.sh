#!/bin/sh
# compile-bpf.sh SOURCE OBJECT: compiles one BPF program with clang, warnings as errors.
set -eu
source=$1
object=$2
clang=${CLANG:-clang}
if ! command -v "$clang" >/dev/null 2>&1; then
	echo "cannot compile $(basename "$source"): $clang was not found; install the packages clang and libbpf-dev" >&2
	exit 1
fi
if ! printf '#include <bpf/bpf_helpers.h>\n' | "$clang" -fsyntax-only -x c -include linux/types.h -I "/usr/include/$(uname -m)-linux-gnu" - 2>/dev/null &&
	! [ -e /usr/include/bpf/bpf_helpers.h ]; then
	echo "cannot compile $(basename "$source"): the header bpf/bpf_helpers.h was not found; install the package libbpf-dev" >&2
	exit 1
fi
mkdir -p "$(dirname "$object")"
# The path of the build folder stays out of the debug data, so that two builds give the same bytes.
exec "$clang" -target bpf -O2 -g -Wall -Wextra -Werror \
	-fdebug-prefix-map="$(dirname "$source")"=bpf \
	-idirafter "/usr/include/$(uname -m)-linux-gnu" \
	-c "$source" -o "$object"
