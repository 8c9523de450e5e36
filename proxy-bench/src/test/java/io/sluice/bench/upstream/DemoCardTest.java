package io.sluice.bench.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DemoCardTest {

    private final String key = DemoCard.newKey();
    private final DemoCard card = new DemoCard(4000, 4001, key);
    private final List<String> lines = card.text().lines().map(String::strip).toList();

    @Test
    void hasOneKey_ofFullStrength() {
        assertThat(lines)
                .filteredOn(line -> line.startsWith("key:"))
                .containsExactly("key: " + key);
        assertThat(key).matches("sk-[A-Za-z0-9_-]{43}").isNotEqualTo(DemoCard.newKey());
    }

    @Test
    void hasOneCurlLine_withItsBodyInSingleQuotes() {
        assertThat(lines)
                .filteredOn(line -> line.startsWith("curl "))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line).contains("http://127.0.0.1:4000/v1/chat/completions");
                    String body = line.substring(line.indexOf(" -d '") + 5, line.length() - 1);
                    assertThat(Client.json(body).path("model").asText()).isEqualTo("demo-fast");
                });
    }

    @Test
    void hasAStreamingCall() {
        assertThat(lines).anyMatch(line -> line.contains("\"stream\":true"));
    }
}
