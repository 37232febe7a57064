#!/bin/sh
# What MongoDB needs to keep strangers out, made on the first start into a volume of its own: the key that the members
# of the set show each other, and root's password. Both are for this user alone; mongod refuses a key others can read.
set -eu
umask 077
for name in keyfile root-password; do
    if [ ! -s "/data/configdb/$name" ]; then
        head -c 60 /dev/urandom | base64 | tr -d '\n/+=' > "/data/configdb/$name.new"
        chmod 400 "/data/configdb/$name.new"
        mv "/data/configdb/$name.new" "/data/configdb/$name"
    fi
done
exec mongod --dbpath /data/db --auth --keyFile /data/configdb/keyfile "$@"
