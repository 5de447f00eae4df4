#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Has libxml2 read the pages, strictly as XML (they are written so that both kinds of parser take them)
# and as HTML.
#
# usage: xmllint_test.sh WRITE_PAGES PLUGIN
set -eu

command -v xmllint >/dev/null || {
  echo "there is no xmllint here (Debian: libxml2-utils)"
  exit 77
}
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
"$1" "$2" "$directory"
pages=0
for page in "$directory"/*.html; do
  # The style sheet and the script are no XML.
  awk '/<style>/ { sub(/<style>.*/, "<style>"); print; inside = 1 }
       /<script>/ { sub(/<script>.*/, "<script>"); print; inside = 1 }
       /<\/style>/ { sub(/.*<\/style>/, "</style>"); inside = 0 }
       /<\/script>/ { sub(/.*<\/script>/, "</script>"); inside = 0 }
       !inside' "$page" >"$directory/bare.xml"
  xmllint --noout --nonet "$directory/bare.xml"
  # libxml2 knows the elements of HTML 4 alone.
  xmllint --html --noout --nonet "$page" 2>"$directory/messages" || true
  if grep -n "error :" "$directory/messages" | grep -v "error : Tag [a-z]* invalid$"; then
    echo "xmllint --html complains about $page"
    exit 1
  fi
  pages=$((pages + 1))
done
echo "$pages pages"
test "$pages" -gt 15
