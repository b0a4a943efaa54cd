# Sourced by the scripts beside it.
# shellcheck shell=bash

# Says what is run, and runs it.
step() {
    printf '\n==> %s\n' "$*"
    "$@"
}

# Installs a Debian package where the command it brings is missing and this user may; ends the script otherwise.
ensure() {
    local command=$1 package=$2
    if command -v "$command" >/dev/null; then
        return
    fi
    local as_root=()
    if [[ $EUID -ne 0 ]]; then
        as_root=(sudo -n)
    fi
    if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
        step "${as_root[@]}" apt-get update -qq
        step "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$package"
    else
        printf '%s needs %s: install the package %s\n' "${0##*/}" "$command" "$package" >&2
        exit 1
    fi
}
