#!/bin/sh
# Runs the store in the foreground, for a supervisor. Written by `store-init`; changes are lost.
data=@data@

# After a reboot another process may have the number of the server that died, and the new server would then refuse to
# start. The lock is stale unless that process works in our data folder. (Should a dead server's children still run,
# the new server sees their shared memory and refuses; the supervisor tries again.)
if [ -f "$data/postmaster.pid" ]; then
  read -r pid <"$data/postmaster.pid"
  if [ "$(readlink "/proc/$pid/cwd")" != "$data" ]; then
    rm -f "$data/postmaster.pid"
  fi
fi

exec @command@
