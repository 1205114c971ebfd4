#!/bin/sh
# Send an article to the desk and publish it: sh publish_article.sh article.json
# MUJAZ_DESK is the desk's address, MUJAZ_TOKEN a chief's token. Needs curl and jq.
set -eu

call() {
  method=$1 path=$2
  shift 2
  curl --fail-with-body --silent --show-error --request "$method" \
    --header "Authorization: Bearer $MUJAZ_TOKEN" "$MUJAZ_DESK/api/v1$path" "$@"
}

draft=$(call POST /articles --header "Content-Type: application/json" --data-binary "@$1" | jq -r .draft)
job=$(call POST "/drafts/$draft/publish" --header 'If-Match: "1"' | jq -r .job)
while :; do
  state=$(call GET "/jobs/$job")
  case $(printf %s "$state" | jq -r .state) in
    queued | running) sleep 1 ;;
    done) printf %s "$state" | jq -r .guid; exit 0 ;;
    *) printf %s "$state" | jq -r .error >&2; exit 1 ;;
  esac
done
