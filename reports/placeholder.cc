namespace rehearsal {}
