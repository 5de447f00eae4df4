#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tells of each Job that failed, as soon as it has, and with --wait of each that fails in the cluster:
# a reporter for Headgate in POSIX shell and jq.
#
#   headgate apply --jobs-dir out --apply --reporter "exec:$PWD/failed.sh"
set -eu

if ! command -v jq >/dev/null; then
  echo '<3>jq is not installed' >&2
  exit 1
fi

# Each line of input is an event. What is no JSON object, no event that we know, or no failure, is
# passed over. <4> makes the line a warning; a line break in a name must not begin another one.
exec jq --unbuffered --raw-input --raw-output '
  fromjson?
  | objects
  | if .event == "job_finished" and .status != "SUCCESS" and .status != "SKIPPED" then
      "\(.namespace)/\(.job_name) failed: \(.reason)"
      + (if (.advice // "") != "" then " (\(.advice))" else "" end)
    elif .event == "job_completed" and .outcome != "COMPLETE" then
      "\(.namespace)/\(.job_name) is \(.outcome): \(if (.cause // "") != "" then .cause else .reason end)"
      + (if (.advice // "") != "" then " (\(.advice))" else "" end)
    elif .event == "job_validated" and .valid == false then
      "\(.yaml_path): \(.namespace)/\(.job_name) is invalid: \(.errors[0].message? // "?")"
    else
      empty
    end
  | "<4>" + gsub("[[:cntrl:]]"; "?")
'
