// What a power cut takes: bytes that were written and not flushed, files that never were, names that were changed and
// whose folder was not flushed since. The calls report what they did; at the cut it is undone, worst case first. As
// ext4, XFS and btrfs do, flushing a new file keeps its name too. What other programs write is not known here.
#pragma once

#include <string>

namespace rehearsal::os {

// From now on, or no longer; what is known so far is forgotten.
void watch_for_power_cut(bool on);
[[nodiscard]] bool watching_for_power_cut();

void note_opening(const char* path, int flags);  // before it
void note_writing(int fd);                       // before the bytes go to the file
void note_flushed(int fd);                       // a file, or a folder with the names in it
void note_all_flushed();
void note_renaming(const char* from, const char* to);  // before it
void note_not_renamed();                               // the last one failed

// Undoes what was not flushed.
void drop_what_is_not_flushed();

}  // namespace rehearsal::os
