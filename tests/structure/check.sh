#!/usr/bin/env bash
# What a machine can see of the rules in CONTRIBUTING.md: formatting, the shape of the house, and clang-tidy on what
# changed since BASE (default: what is not committed, else the last commit).
set -eu
cd "$(dirname "$0")/../.."
failed=0

tests/structure/check_structure.py --self-test || failed=1
tests/structure/check_structure.py || failed=1

git ls-files '*.cc' '*.h' | xargs -P "$(nproc)" -n 40 clang-format --dry-run -Werror || failed=1

base=${BASE:-HEAD}
[ -n "${BASE:-}" ] || ! git diff --quiet HEAD || base=HEAD~1
most=20
all=$(git diff --numstat --no-renames --diff-filter=AM "$base" -- '*.cc' 2>/dev/null | sort -rn | cut -f 3)
changed=$(echo "$all" | head -n "$most")
if [ -n "$changed" ]; then
  # A build folder of its own, for clang reads no header that GCC has precompiled, and each file by itself.
  cmake --preset dev -B build-tidy -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DCMAKE_UNITY_BUILD=OFF >/dev/null
  echo "clang-tidy: $(echo "$changed" | wc -l) of $(echo "$all" | wc -l) files changed since $base, the most changed first"
  # GCC is the compiler here: what clang itself does not take (it captures no structured bindings) is no finding.
  found=$(echo "$changed" | xargs -P "$(nproc)" -n 1 clang-tidy --quiet -p build-tidy 2>/dev/null |
    grep -E ' (error|warning): .*\[' | grep -v 'clang-diagnostic-' || true)
  [ -z "$found" ] || { echo "$found"; failed=1; }
fi
[ "$failed" = 1 ] || echo "check: formatting, shape and names are as they should be"
exit "$failed"
