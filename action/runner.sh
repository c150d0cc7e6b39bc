# shellcheck shell=bash
# What a step says to the runner of GitHub Actions. Bash 3.2 reads it: that is what macOS has.

# A word that nobody can guess.
token() {
  printf 'rollstamp_%s' "$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
}

# Gives a value to later steps. It stands between lines with a word that it cannot hold.
set_output() {
  local word
  word=$(token)
  printf '%s<<%s\n%s\n%s\n' "$1" "$word" "$2" "$word" >>"$GITHUB_OUTPUT"
}

# A text as the message of a workflow command.
escaped() {
  local text=${1//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '%s' "${text//$'\n'/%0A}"
}

# Ends the step as rollstamp itself does when it cannot do its work.
fail() {
  printf '::error title=rollstamp::%s\n' "$(escaped "$1")"
  exit 2
}

warn() {
  printf '::warning title=rollstamp::%s\n' "$(escaped "$1")"
}

# Prints a file from which the runner is to take no command but our own annotations, in which nothing is a command.
say_guarded() {
  local word ours='^::(error|warning|notice) title=rollstamp::'
  grep -E "$ours" "$1" || true
  grep -Eqv "$ours" "$1" || return 0
  word=$(token)
  printf '::stop-commands::%s\n' "$word"
  grep -Ev "$ours" "$1" || true
  printf '::%s::\n' "$word"
}
