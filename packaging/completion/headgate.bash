# SPDX-License-Identifier: Apache-2.0
# Completion of headgate for bash 4.4 and newer. Headgate says what could stand at the cursor; a name
# from outside is quoted and never read as a command.
_headgate() {
  local -a words=()
  local word kind stem= i
  # bash breaks words at '=' and ':'; Headgate is asked about the words that it would be given.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((i > 1)) && [[ $word == [=:]* || ${COMP_WORDS[i - 1]} == [=:]* ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
  done
  for i in "${!words[@]}"; do
    word=${words[i]//[\\\'\"]/}
    [[ $word != '~/'* ]] || word=$HOME/${word:2}
    words[i]=$word
  done
  # Of the word at the cursor, bash replaces what stands behind its own last break.
  word=${words[-1]}
  for i in = :; do
    [[ $COMP_WORDBREAKS != *"$i"* || $word != *"$i"* ]] || stem=${word%"${word##*[=:]}"}
  done
  COMPREPLY=()
  {
    IFS= read -r kind
    case $kind in
    files) compopt -o default ;;
    directories) compopt -o dirnames ;;
    esac
    while IFS=$'\t' read -r word _; do
      [[ $word != *[=.] ]] || compopt -o nospace
      printf -v word %q "${word#"$stem"}"
      COMPREPLY+=("$word")
    done
  } < <(command headgate completion-words "${words[@]}" 2>/dev/null)
}
complete -F _headgate headgate kubectl-headgate
