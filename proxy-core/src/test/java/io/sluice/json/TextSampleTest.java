package io.sluice.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextSampleTest {

    private static final byte[] TEXT = "aé日🙂z".getBytes(UTF_8);

    @Test
    void keepsWholeCharacters_howeverItIsCut() {
        for (int room = 0; room <= TEXT.length; room++) {
            TextSample sample = new TextSample(room);
            for (int i = 0; i < TEXT.length; i++) {
                sample.append(TEXT, i, i + 1);
            }

            assertThat("aé日🙂z").as("room " + room).startsWith(sample.text());
            assertThat(sample.text().getBytes(UTF_8)).hasSize(sample.sampledBytes());
            assertThat(sample.bytes()).isEqualTo(TEXT.length);
            assertThat(room - sample.sampledBytes()).isBetween(0, 3);
        }
    }

    @Test
    void isEmpty_onceItWasCleared() {
        TextSample sample = new TextSample(8);
        sample.append(TEXT, 0, 3);

        sample.clear();

        assertThat(sample.text()).isEmpty();
        assertThat(sample.bytes()).isZero();
    }
}
