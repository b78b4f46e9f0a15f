#!/usr/bin/env bash
# Installs what the tests need beside npm's packages: browser, real printer and scanner peers, fonts.
# Debian as root: apt installs it. Elsewhere: says in one line what is missing, and fails.
set -euo pipefail

# command or file → Debian package
NEEDED=(
  "chromium:chromium"
  "Xvfb:xvfb"
  "socat:socat"
  "gcc:gcc"
  "/usr/include/linux/hidraw.h:libc6-dev"
  "umockdev-run:umockdev"
  "ipptool:cups-ipp-utils"
  "/usr/sbin/ippeveprinter:cups-ipp-utils"
  "dbus-daemon:dbus-daemon"
  "scanimage:sane-utils"
  "/etc/sane.d/airscan.conf:sane-airscan"
  "pdftoppm:poppler-utils"
  "zbarimg:zbar-tools"
  "espeak-ng:espeak-ng"
  "/usr/lib/python3/dist-packages/pymodbus:python3-pymodbus"
  "/usr/lib/python3/dist-packages/serial:python3-serial"
  "/usr/lib/python3/dist-packages/serial_asyncio:python3-serial-asyncio"
  "/usr/lib/postgresql:postgresql"
  "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf:fonts-hanazono"
)

missing=()
for entry in "${NEEDED[@]}"; do
  what="${entry%%:*}"; package="${entry##*:}"
  if [[ "$what" == /* ]]; then [[ -e "$what" ]] || missing+=("$package"); else command -v "$what" >/dev/null || missing+=("$package"); fi
done
[[ ${#missing[@]} -eq 0 ]] && exit 0
mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)

if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
  echo "installing: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "The tests need these Debian packages (or their like): ${missing[*]}" >&2
  exit 1
fi
