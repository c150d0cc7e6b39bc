#!/usr/bin/env bash
# Runs rollstamp in a mode of the action. Each input is a variable, and each of its lines one argument: nothing that
# stands in an input is read by the shell.
set -euo pipefail

# shellcheck source=action/runner.sh
. "$(dirname "${BASH_SOURCE[0]}")/runner.sh"

lines=()
# Sets `lines` to the lines of a text that are not blank.
split() {
  local line
  lines=()
  while IFS= read -r line; do
    line=${line%$'\r'}
    [[ $line =~ [^[:space:]] ]] && lines+=("$line")
  done <<<"$1"
  return 0
}

case $ROLLSTAMP_STRATEGY in
  stamp | rename) verb=$ROLLSTAMP_STRATEGY ;;
  *) fail "the input strategy is stamp or rename, not \"$ROLLSTAMP_STRATEGY\"" ;;
esac

options=()
[ -z "$ROLLSTAMP_CONFIG" ] || options+=("--config=$ROLLSTAMP_CONFIG")
[ -z "$ROLLSTAMP_NAMESPACE" ] || options+=("--namespace=$ROLLSTAMP_NAMESPACE")
case $ROLLSTAMP_STRICT in
  true) options+=(--strict) ;;
  false | '') ;;
  *) fail "the input strict is true or false, not \"$ROLLSTAMP_STRICT\"" ;;
esac

split "$ROLLSTAMP_ARGS"
reads_command=
for line in ${lines[@]+"${lines[@]}"}; do
  [ "$line" != -- ] || reads_command=yes
  options+=("$line")
done

split "$ROLLSTAMP_PATHS"
if [ -n "$reads_command" ]; then
  [ "${#lines[@]}" = 0 ] || fail "the input args names a command to read from, so the input paths must be empty"
else
  [ "${#lines[@]}" -gt 0 ] || lines=(.)
  for line in "${lines[@]}"; do
    # A path is no option, no command and no standard input, whatever it starts with.
    case $line in -*) line=./$line ;; esac
    options+=("$line")
  done
fi

# Succeeds if the applications of the repository are to be found and rendered.
takes_applications() {
  case $ROLLSTAMP_APPS in
    true) return 0 ;;
    false) return 1 ;;
    auto | '') ;;
    *) fail "the input apps is true, false or auto, not \"$ROLLSTAMP_APPS\"" ;;
  esac
  [ -z "$reads_command" ] && [ "${#lines[@]}" = 1 ] || return 1
  local option
  for option in "${options[@]}"; do
    case $option in --scope* | --context* | --apps) return 1 ;; esac
  done
  "$ROLLSTAMP_BINARY" apps --format json "${options[@]: -1}" 2>/dev/null |
    grep -E '"kind": "(declared|flux|argo|argo-set|kustomize|helm)"' >/dev/null
}

directory=$(mktemp -d "$RUNNER_TEMP/rollstamp.XXXXXX")

# Runs rollstamp with its report on stdout. What it says on stderr can hold lines of a renderer.
rollstamp() {
  local status=0
  "$ROLLSTAMP_BINARY" "$@" "${options[@]}" 2>"$directory/said" || status=$?
  say_guarded "$directory/said"
  return "$status"
}

# Writes a report into a file for later steps. What there is to say has been said.
keep_report() {
  local report=$directory/$1
  shift
  "$ROLLSTAMP_BINARY" "$@" "${options[@]}" >"$report" 2>/dev/null || true
  [ ! -s "$report" ] || set_output report-path "$report"
}

status=0
case $ROLLSTAMP_MODE in
  check)
    rollstamp "$verb" --check --format github || status=$?
    keep_report rollstamp.sarif "$verb" --check --format sarif
    ;;
  write)
    rollstamp "$verb" --write --format github || status=$?
    ;;
  render)
    rollstamp "$verb" --output-dir "$directory/rendered" --format github || status=$?
    ;;
  impact)
    [ -n "$ROLLSTAMP_BASE" ] || fail "mode impact compares with a revision: set the input base"
    if takes_applications; then options=(--apps "${options[@]}"); fi
    rollstamp impact "--base=$ROLLSTAMP_BASE" --format github || status=$?
    keep_report rollstamp-impact.md impact "--base=$ROLLSTAMP_BASE" --format markdown
    ;;
  *) fail "the input mode is check, write, render or impact, not \"$ROLLSTAMP_MODE\"" ;;
esac
exit "$status"
