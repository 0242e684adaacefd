#!/usr/bin/env bash
# Names what is missing on this machine, with the one command that installs it.
python=${1:-python3}
install="sudo apt-get install -y python3 python3-venv"
if ! command -v "$python" >/dev/null; then
  echo "Thiếu Python 3. Cài bằng một lệnh:  $install" >&2
  echo "Python 3 is missing. Install it with:  $install" >&2
  exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Cần Python 3.11 trở lên, máy này có $("$python" -V). Chỉ ra bản mới hơn:  make run PYTHON=/đường/dẫn/python3.12" >&2
  echo "Python 3.11 or newer is needed; this is $("$python" -V). Name a newer one:  make run PYTHON=/path/to/python3.12" >&2
  exit 1
fi
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
  echo "Thiếu mô-đun venv của Python. Cài bằng một lệnh:  $install" >&2
  echo "Python's venv module is missing. Install it with:  $install" >&2
  exit 1
fi
