package io.sluice.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CopyTextTest {

    private static final String LETTERS = "aZ09 '\"{}[],:\u0001\u000b\u007fäß€\uD83D\uDE00\\\n\r\t";

    private static final Pattern ESCAPE = Pattern.compile("\\\\(.)", Pattern.DOTALL);

    private final CopyText text = new CopyText();

    @Test
    void partsValuesWithTabs_andRowsWithLineFeeds() throws IOException {
        text.add(Arrays.asList("a", 1L, null, true));
        text.add(List.of(new UUID(0, 1), -5L, "", false));

        assertThat(written())
                .isEqualTo("a\t1\t\\N\ttrue\n00000000-0000-0000-0000-000000000001\t-5\t\tfalse\n");
    }

    @Test
    void escapesWhatPartsRows() throws IOException {
        text.add(List.of("\\N", "a\tb\nc\rd\\"));

        assertThat(written()).isEqualTo("\\\\N\ta\\tb\\nc\\rd\\\\\n");
    }

    @Test
    void writesTheLeastAndTheGreatestNumber() throws IOException {
        text.add(List.of(0L, 10L, Long.MAX_VALUE, Long.MIN_VALUE));

        assertThat(written()).isEqualTo("0\t10\t9223372036854775807\t-9223372036854775808\n");
    }

    @Test
    void readsBackAsItWasWritten_whateverTheTexts() throws IOException {
        Random random = new Random(7);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int row = 0; row < 2_000; row++) {
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                values.add(value(random));
            }
            rows.add(values);
            text.add(values);
        }

        assertThat(read(written())).isEqualTo(rows.stream().map(CopyTextTest::shown).toList());
    }

    private static @Nullable Object value(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> random.nextLong() >> random.nextInt(64);
            case 2 -> random.nextBoolean();
            default -> {
                StringBuilder some = new StringBuilder();
                for (int length = random.nextInt(40); length > 0; length--) {
                    int at = random.nextInt(LETTERS.codePointCount(0, LETTERS.length()));
                    some.appendCodePoint(LETTERS.codePointAt(LETTERS.offsetByCodePoints(0, at)));
                }
                yield some.toString();
            }
        };
    }

    private static List<@Nullable String> shown(List<@Nullable Object> row) {
        List<@Nullable String> shown = new ArrayList<>();
        row.forEach(value -> shown.add(value == null ? null : value.toString()));
        return shown;
    }

    /** As PostgreSQL reads the text format ("Text Format" under COPY in its manual). */
    private static List<List<@Nullable String>> read(String copied) {
        List<List<@Nullable String>> rows = new ArrayList<>();
        List<@Nullable String> row = new ArrayList<>();
        StringBuilder raw = new StringBuilder();
        for (int i = 0; i < copied.length(); i++) {
            char one = copied.charAt(i);
            if (one == '\t' || one == '\n') {
                row.add(raw.toString().equals("\\N") ? null : plain(raw));
                raw.setLength(0);
                if (one == '\n') {
                    rows.add(row);
                    row = new ArrayList<>();
                }
            } else {
                raw.append(one);
            }
        }
        return rows;
    }

    private static String plain(CharSequence raw) {
        return ESCAPE.matcher(raw)
                .replaceAll(found ->
                        Matcher.quoteReplacement(
                                switch (found.group(1)) {
                                    case "n" -> "\n";
                                    case "r" -> "\r";
                                    case "t" -> "\t";
                                    default -> found.group(1);
                                }));
    }

    private String written() throws IOException {
        return new String(text.stream().readAllBytes(), UTF_8);
    }
}
