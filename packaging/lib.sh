# shellcheck shell=bash
# What these scripts share. Sourced by bash from the project's top folder.
# SPDX-License-Identifier: GPL-2.0-or-later

# shellcheck disable=SC2034 # used by those who source this
BUILD_PACKAGES=(gcc cmake make pkg-config libglib2.0-dev libgcrypt20-dev libwireshark-dev libwiretap-dev
                libwsutil-dev wireshark-dev tshark libjs-dygraphs python3)
# shellcheck disable=SC2034
PACKAGE_PACKAGES=(dpkg-dev file)
# shellcheck disable=SC2034
TEST_PACKAGES=(python3 python3-jsonschema openssl wireshark-common clang libclang-rt-dev ninja-build chromium
               wireshark xvfb openbox xdotool imagemagick xclip kamailio sip-tester parallel)
# Debian 12 has clang's sanitizers under a name with its version only.
if grep -qs '^VERSION_ID="12"' /etc/os-release; then
    TEST_PACKAGES=("${TEST_PACKAGES[@]/%libclang-rt-dev/libclang-rt-14-dev}")
fi

say() {
    printf '\n%s\n' "$*"
}

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "This needs root for: $*. Install sudo, or run it as root."
    fi
}

# Build files made with sudo belong to the caller again.
own_again() {
    [ "$(id -u)" -eq 0 ] || as_root chown -R "$(id -u):$(id -g)" "$1"
}

log() {
    mkdir -p build/logs
    printf 'build/logs/%s.log' "$1"
}

installed() {
    [ "$(dpkg-query -W -f='${Status}' "$1" 2>/dev/null)" = "install ok installed" ]
}

# A package's own server is not to run because a test needs its program: neither now nor after the next boot.
# Who has the package already has decided that. Debian without systemd starts none (RUN_KAMAILIO).
keep_stopped() {
    if ! installed "$1" && [ -d /run/systemd/system ]; then
        say "$1's service stays stopped; to have it: systemctl unmask $1"
        as_root systemctl mask "$1.service"
    fi
}

# Only what is missing; the network may fail for a moment.
install_packages() {
    local missing=() package try
    for package in "$@"; do
        installed "$package" || missing+=("$package")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    say "Installing ${missing[*]}"
    for try in 1 2 3; do
        if as_root apt-get update -qq &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
                "${missing[@]}" >"$(log apt)" 2>&1 </dev/null; then
            return 0
        fi
        sleep $((try * 5))
    done
    tail -n 20 "$(log apt)" >&2
    fail "apt-get could not install ${missing[*]}: see build/logs/apt.log"
}
