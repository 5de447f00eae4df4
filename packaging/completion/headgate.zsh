#compdef headgate kubectl-headgate
# SPDX-License-Identifier: Apache-2.0
# Completion of headgate for zsh. Headgate says what could stand at the cursor; compadd quotes it.
_headgate() {
  local -a given lines names shown open_names
  local line kind
  given=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
  lines=("${(@f)$(command headgate completion-words "${given[@]}" 2>/dev/null)}")
  kind=$lines[1]
  case $kind in
  files) compset -P '*='; _files; return ;;
  directories) compset -P '*='; _files -/; return ;;
  esac
  for line in "${(@)lines[2,-1]}"; do
    if [[ ${line%%$'\t'*} == *[=.] ]]; then
      open_names+=("${line%%$'\t'*}")
    else
      names+=("${line%%$'\t'*}")
      shown+=("${line%%$'\t'*}  -- ${line#*$'\t'}")
    fi
  done
  compadd -l -d shown -a names
  compadd -S '' -a open_names
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _headgate "$@"
else
  compdef _headgate headgate kubectl-headgate
fi
