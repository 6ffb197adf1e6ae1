#!/bin/sh
# Rubbish, on purpose: whatever is called Dockerfile must give an answer in time, with the documented status, and never a false "approved".
#   tests/hostile/run.sh INFRA
set -u
infra=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
passed=0 failed=0

# try NAME STATUS…: reviews the folder NAME; its status must be one of these.
try() {
    name=$1
    shift
    timeout 20 "$infra" review --format json "$name" > out.json 2> err
    status=$?
    ok=false
    for want in "$@"; do [ "$status" -eq "$want" ] && ok=true; done
    if $ok && python3 -c 'import json; json.load(open("out.json"))' 2> /dev/null; then passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "hostile: $name ended with $status, expected $*: $(head -c 200 err)"
    fi
}
file() { mkdir -p "$1" && cat > "$1/Dockerfile"; }
head_line() { echo 'FROM debian:12'; }

mkdir nothing; try nothing 3
file empty < /dev/null; try empty 3
head -c 20000 /dev/urandom | file binary; try binary 1 3
{ head_line; yes 'RUN echo hello world' | head -c 104857600; } | file large; try large 3
{ head_line; printf 'RUN echo \377\376\200\nUSER 1\n'; } | file utf8; try utf8 0 1
printf '\357\273\277FROM debian:12\r\nRUN echo a \\\r\n  && b\r\nUSER 1\r\n' | file bom; try bom 0
printf 'FROM debian:12\nRUN a\0b\n' | file nul; try nul 3
{ head_line; printf 'RUN echo '; head -c 10485760 /dev/zero | tr '\0' a; echo; } | file line; try line 1
{ head_line; yes 'RUN x && y' | head -n 100000; } | file instructions; try instructions 1
seq 1 100000 | sed 's/.*/FROM debian:12 AS s&/' | file stages; try stages 1
{ head_line; seq 1 100000 | sed 's/.*/ENV A&=$B&/'; } | file variables; try variables 1
{ head_line; printf 'RUN '; yes '$(' | head -n 5000 | tr -d '\n'; echo; } | file substitutions; try substitutions 1 3
{ head_line; printf 'RUN '; yes '(' | head -n 20000 | tr -d '\n'; echo; } | file subshells; try subshells 1 3
{ head_line; printf 'RUN echo '; yes '${a:-' | head -n 20000 | tr -d '\n'; echo; } | file expansions; try expansions 1 3
{ head_line; printf 'RUN a'; yes ' && apt-get update' | head -n 60000 | tr -d '\n'; echo; } | file commands; try commands 1 3
{ head_line; printf 'RUN cat'; yes ' <<A' | head -n 20000 | tr -d '\n'; echo; } | file heredocs; try heredocs 1 3
{ yes 'ONBUILD' | head -n 10000 | tr '\n' ' '; echo RUN a; } | file triggers; try triggers 0 1 3
mkdir links; ln -s nowhere links/Dockerfile; ln -s . links/loop; ln -s /etc/passwd links/Containerfile; try links 3
mkdir -p folder/Dockerfile; try folder 3
mkdir fifo; mkfifo fifo/Dockerfile; try fifo 3

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
