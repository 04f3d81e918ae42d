#!/bin/sh
# systemd as the first process of namespaces of its own, with nothing to start but the collector's unit. What it and
# the unit write is gone with it. Arguments: the repository, built; an empty folder; the interface.
set -eu
repository=$1 upper=$2 interface=$3
mount --make-rprivate /
mount -t tmpfs tmpfs "$upper"
for dir in etc var opt; do
  mkdir -p "$upper/$dir/upper" "$upper/$dir/work"
  mount -t overlay overlay -o "lowerdir=/$dir,upperdir=$upper/$dir/upper,workdir=$upper/$dir/work" "/$dir"
done
mkdir -p /opt/sluice
mount --bind "$repository" /opt/sluice
mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /run
mount -t cgroup2 cgroup2 /sys/fs/cgroup
# What readies a machine is not for this one: it would change the host's settings, and empty its folders.
mount -t tmpfs tmpfs /lib/systemd/system/sysinit.target.wants
rm -rf /etc/systemd/system/*
cp /opt/sluice/deploy/systemd/sluice-collector.service /etc/systemd/system/
cat >/etc/systemd/system/alone.target <<'UNIT'
[Unit]
Wants=systemd-journald.socket systemd-journald.service sluice-collector.service
UNIT
# Nobody is at that port: the broker is away.
echo "SLUICE_ARGUMENTS=--interface $interface --kafka 127.0.0.1:1 --audit /var/log/sluice" >/etc/default/sluice-collector
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=other /lib/systemd/systemd --system --unit=alone.target --show-status=no
