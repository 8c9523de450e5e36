package io.sluice.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.message.Dialect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How many recorded answers of which provider and kind are told to callers of every other dialect,
 * as {@code docs/dialects.md} has it; {@code -Drecorded.table=write} writes it there.
 */
class RecordedTableTest {

    private static final String BEGIN = "<!-- recorded: made by RecordedTableTest -->\n";
    private static final String END = "<!-- end of recorded -->";
    private static final List<String> KINDS =
            List.of("chat", "tool-call", "thinking", "vision", "structured", "error");

    @Test
    void saysWhatIsTold() throws IOException {
        Path file = Objects.requireNonNull(WireCase.find("docs/dialects.md"));
        String made = table(WireCase.all());
        String text = Files.readString(file);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        if ("write".equals(System.getProperty("recorded.table"))) {
            Files.writeString(file, text.substring(0, begin) + made + text.substring(end));
            return;
        }

        assertThat(text.substring(begin, end)).isEqualTo(made);
    }

    /** An error keeps its words in every dialect; the field at fault may stand before them. */
    @ParameterizedTest
    @MethodSource("errors")
    void errorSaysTheSame(WireCase recorded, Dialect caller) {
        JsonNode error =
                Translated.error(caller, recorded.dialect(), recorded.status(), recorded.body());

        String message = recorded.expected().at("/error/message").asText("");
        assertThat(error.at("/error/message").asText()).isNotBlank();
        if (!message.isEmpty()) {
            assertThat(error.at("/error/message").asText()).endsWith(message);
        }
        if (caller == Dialect.GEMINI) {
            assertThat(error.at("/error/code").asInt()).isEqualTo(recorded.status());
        }
    }

    static Stream<Arguments> errors() {
        return WireCase.all().stream()
                .filter(one -> one.status() >= 400)
                .flatMap(one ->
                        Stream.of(Dialect.values())
                                .filter(to -> Translation.isPossible(to, one.dialect()))
                                .map(to -> Arguments.of(one, to)));
    }

    private static String table(List<WireCase> cases) {
        Map<String, int[]> rows = new TreeMap<>();
        for (WireCase one : cases) {
            boolean isTold = one.status() >= 400 || one.status() == 200;
            int kind = kind(one);
            if (isTold && kind >= 0 && !RecordedAnswersTest.BROKEN.contains(one.id())) {
                String provider = one.id().substring(0, one.id().indexOf('-'));
                String row = "`" + one.dialect().wireName() + "` | " + provider;
                rows.computeIfAbsent(row, _ -> new int[KINDS.size()])[kind]++;
            }
        }
        StringBuilder table = new StringBuilder("\n| dialect | provider |");
        KINDS.forEach(kind -> table.append(' ').append(kind).append(" |"));
        table.append("\n|---|---|").append("---|".repeat(KINDS.size())).append('\n');
        rows.forEach((row, counts) -> {
            table.append("| ").append(row).append(" |");
            for (int count : counts) {
                table.append(' ').append(count == 0 ? "" : count).append(" |");
            }
            table.append('\n');
        });
        return table.append('\n').toString();
    }

    private static int kind(WireCase one) {
        String id = "-" + one.id() + "-";
        int found = -1;
        int at = -1;
        for (int i = 0; i < KINDS.size(); i++) {
            int last = id.lastIndexOf("-" + KINDS.get(i) + "-");
            if (last > at) {
                at = last;
                found = i;
            }
        }
        return found;
    }
}
