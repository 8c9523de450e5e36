package io.sluice.config;

import java.nio.file.Path;

/**
 * Where a value was written.
 *
 * @param file the file as it was named, or the name of the environment variable or flag
 * @param line from 1; 0 where there is no line
 * @param column from 1, in code points
 * @param endLine line of the first character that is no longer part of it
 * @param endColumn column of that character
 */
record Place(String file, int line, int column, int endLine, int endColumn) {

    /** The start of a file. */
    static Place startOf(String file) {
        return new Place(file, 1, 1, 1, 1);
    }

    /** Something that is not in a file. */
    static Place outside(String name) {
        return new Place(name, 0, 0, 0, 0);
    }

    boolean isInFile() {
        return line > 0;
    }

    /** {@code path}, taken relative to the file that names it. */
    Path resolve(String path) {
        Path parent = isInFile() ? Path.of(file).getParent() : null;
        return parent == null ? Path.of(path) : parent.resolve(path);
    }

    /** The place with its column. */
    String position() {
        return isInFile() ? file + ':' + line + ':' + column : file;
    }

    @Override
    public String toString() {
        return isInFile() ? file + ':' + line : file;
    }
}
