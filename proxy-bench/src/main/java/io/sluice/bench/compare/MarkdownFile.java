package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page into which a report is put. */
final class MarkdownFile {

    /** Between these lines a page has a report, and around them what people have written. */
    private static final String START = "<!-- compare: made by sluice bench compare -->\n";

    private static final String END = "<!-- end of compare -->\n";

    private MarkdownFile() {}

    /**
     * Writes a report: between the two marks where the page has them, else as the whole page.
     *
     * @throws IOException if the page cannot be read or written
     */
    static void put(Path page, String report) throws IOException {
        String now = Files.exists(page) ? Files.readString(page) : "";
        int start = now.indexOf(START);
        int end = now.indexOf(END);
        if (start < 0 || end < start) {
            Files.writeString(page, report);
            return;
        }
        String before = now.substring(0, start + START.length());
        Files.writeString(page, before + "\n" + report + "\n" + now.substring(end));
    }
}
