package io.sluice.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Heads;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyProbeTest {

    private final KeyProbe probe = new KeyProbe();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer sk-1",
                "authorization: bearer    sk-1",
                "Authorization: sk-1",
                "api-key: sk-1",
                "x-goog-api-key: sk-1"
            })
    void isEqualToTheHashOfTheKey_whereverItStands(String line) {
        KeyId hash = KeyHash.of("sk-1");

        assertThat(probe.read(Heads.post("/", line))).isTrue();

        assertThat((KeyId) probe).isEqualTo(hash).hasSameHashCodeAs(hash);
        assertThat(hash).isEqualTo(probe);
        assertThat(probe.toHash()).isEqualTo(hash);
        assertThat((KeyId) probe).isNotEqualTo(KeyHash.of("sk-2")).hasToString("***");
    }

    @Test
    void isTheSha256_ofKeysOfAnyLength() throws GeneralSecurityException {
        Random random = new Random(11);
        for (int length = 1; length < 600; length++) {
            StringBuilder key = new StringBuilder();
            for (int i = 0; i < length; i++) {
                key.append((char) ('!' + random.nextInt(94)));
            }
            assertThat(probe.read(Heads.post("/", "api-key: " + key))).isTrue();

            assertThat(probe.toHash().toBytes())
                    .isEqualTo(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(key.toString().getBytes(UTF_8)));
        }
    }

    @Test
    void keepsNothingOfARequestWithoutKey() {
        assertThat(probe.read(Heads.post("/", "Accept: */*"))).isFalse();
        assertThat(probe.read(Heads.post("/", "Authorization: Bearer "))).isFalse();
    }

    @Test
    void makesHashes_thatDoNotChangeWithIt() {
        probe.read(Heads.post("/", "api-key: sk-1"));
        KeyHash first = probe.toHash();
        probe.read(Heads.post("/", "api-key: sk-2"));

        assertThat(first).isEqualTo(KeyHash.of("sk-1")).isNotEqualTo(probe);
    }
}
