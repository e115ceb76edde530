#include "harness/engines/bytecode.h"

namespace rehearsal {

const char* const kBytecodeScript = R"(import multiprocessing, os, py_compile, sys
folder, store = sys.argv[1:3]
tag = sys.implementation.cache_tag

def settle(source):
    found = os.stat(source)
    place, name = os.path.split(source)
    target = os.path.join(place, "__pycache__", name[:-3] + "." + tag + ".pyc")
    kept = os.path.join(store, "%d-%d-%d.%s.pyc" % (found.st_ino, found.st_size, found.st_mtime_ns, tag))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    try:
        os.link(kept, target)
    except FileExistsError:
        pass
    except OSError:
        try:
            py_compile.compile(source, cfile=target, doraise=True, quiet=2)
            if found.st_nlink > 1:
                os.link(target, kept)
        except (OSError, SyntaxError, ValueError, py_compile.PyCompileError):
            pass

def sources():
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in ("__pycache__", "tests", "test")]
        for name in names:
            if name.endswith(".py"):
                yield os.path.join(place, name)

if __name__ == "__main__":
    os.makedirs(store, exist_ok=True)
    with multiprocessing.Pool(min(4, os.cpu_count() or 1)) as pool:
        for _ in pool.imap_unordered(settle, sources(), 64):
            pass
)";

}  // namespace rehearsal
