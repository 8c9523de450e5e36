package io.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkdownFileTest {

    private static final String START = "<!-- compare: made by sluice bench compare -->\n";
    private static final String END = "<!-- end of compare -->\n";

    @TempDir private Path folder;

    @Test
    void replacesOnlyWhatIsBetweenTheMarks() throws IOException {
        Path page =
                Files.writeString(folder.resolve("page.md"), "a\n" + START + "old\n" + END + "b\n");

        MarkdownFile.put(page, "new\n");
        MarkdownFile.put(page, "newer\n");

        assertThat(page).hasContent("a\n" + START + "\nnewer\n\n" + END + "b\n");
    }

    @Test
    void writesTheWholePage_whereThereAreNoMarks() throws IOException {
        Path page = folder.resolve("page.md");

        MarkdownFile.put(page, "report\n");

        assertThat(page).hasContent("report\n");
    }
}
