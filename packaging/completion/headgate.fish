# SPDX-License-Identifier: Apache-2.0
# Completion of headgate for fish. Headgate says what could stand at the cursor; fish quotes it.
function __headgate_complete
    set -l typed (commandline -ct)
    set -l given (commandline -opc) (string unescape -- $typed; or echo $typed)
    set -l lines (command headgate completion-words $given[2..-1] 2>/dev/null)
    set -l before '^(--[^=]*=)?'
    if test "$given[-2]" = --reporter; or string match -q -- '--reporter=*' $typed
        set before '^(--[^=]*=)?([a-z0-9-]*=)?'
    end
    set -l flag (string match -r -- $before $typed)[1]
    set -l path (string replace -r -- $before '' $typed)
    switch "$lines[1]"
        case files
            for name in (__fish_complete_path $path)
                echo -- "$flag$name"
            end
        case directories
            for name in (__fish_complete_directories $path '')
                echo -- "$flag$name"
            end
        case '*'
            if set -q lines[2]
                printf '%s\n' $lines[2..-1]
            end
    end
end
complete -c headgate -c kubectl-headgate -f -a '(__headgate_complete)'
