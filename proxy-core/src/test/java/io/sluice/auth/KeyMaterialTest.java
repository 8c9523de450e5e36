package io.sluice.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.DatabaseSettings;
import io.sluice.config.Secret;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keys are made of, how they are stored, sealed and shown. */
class KeyMaterialTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.123Z");

    private final SecureRandom random = new SecureRandom();
    private final NewKeys newKeys = new NewKeys(random, () -> NOW);

    @Test
    void makesKeysOf256Bits_neverTheSame() {
        String key = newKeys.key();

        assertThat(key).matches("sk-[A-Za-z0-9_-]{43}").isNotEqualTo(newKeys.key());
    }

    @Test
    void makesTokensThatSayWhenTheyWereMade() {
        String token = newKeys.witheringToken();

        assertThat(token).matches("sk-[A-Za-z0-9_-]{22}");
        assertThat(NewKeys.madeAt(token)).isEqualTo(NOW);
        assertThat(NewKeys.madeAt(newKeys.key())).isNull();
        assertThat(NewKeys.madeAt("sk-AAAAAAAAAAAAAAAAAAAAAA")).isNull();
        assertThat(NewKeys.madeAt("sk-!!!!!!!!!!!!!!!!!!!!!!")).isNull();
    }

    @Test
    void storesTheKeyedDigestOfTheDigest_alsoOfAnImportedOne() throws Exception {
        byte[] sha256 = MessageDigest.getInstance("SHA-256").digest("sk-a".getBytes(UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("salt".getBytes(UTF_8), "HmacSHA256"));
        byte[] expected = mac.doFinal(sha256);
        KeyDigests digests = new KeyDigests(Secret.of("salt"));

        KeyHash imported = KeyHash.parse(HexFormat.of().formatHex(sha256));

        assertThat(digests.of(KeyHash.of("sk-a"))).isEqualTo(expected);
        assertThat(imported).isEqualTo(KeyHash.of("sk-a")).hasToString("***");
        assertThat(KeyHash.of("sk-a")).isNotEqualTo(KeyHash.of("sk-b"));
        assertThat(KeyHash.parse("not hex")).isNull();
        assertThat(KeyHash.parse("z".repeat(64))).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "abcd,****",
        "abcdefgh,ab******",
        "azure-0123456789,azure-01...6789",
        "sk-0123456789abcdef,sk-0****cdef"
    })
    void showsEnoughToTellOneFromAnother(String secret, String shown) {
        assertThat(MaskedKey.of(secret)).isEqualTo(shown);
        assertThat(MaskedKey.isMasked(MaskedKey.of(secret))).isTrue();
        assertThat(MaskedKey.isMasked(secret)).isFalse();
    }

    @Test
    void opensWhatItHasSealed_andNothingElse() {
        SealedText seal = SealedText.of(null, Secret.of("salt"), random);
        Secret secret = Secret.of("sk-provider");
        String sealed = seal.seal(secret);

        assertThat(sealed).startsWith("enc:v1:").isNotEqualTo(seal.seal(secret));
        assertThat(seal.open(sealed)).isEqualTo(secret);
        assertThat(seal.open("sk-plain")).isEqualTo(Secret.of("sk-plain"));
        SealedText other = SealedText.of(null, Secret.of("pepper"), random);
        assertThatThrownBy(() -> other.open(sealed)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> seal.open("enc:v1:AAAA"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsWhatOthersHaveSealed_underAGivenKey() throws Exception {
        byte[] key = new byte[32];
        byte[] nonce = new byte[12];
        random.nextBytes(key);
        random.nextBytes(nonce);
        var cipher = javax.crypto.Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                javax.crypto.Cipher.ENCRYPT_MODE,
                new SecretKeySpec(key, "AES"),
                new javax.crypto.spec.GCMParameterSpec(128, nonce));
        byte[] text = cipher.doFinal("sk-theirs".getBytes(UTF_8));
        byte[] whole = new byte[nonce.length + text.length];
        System.arraycopy(nonce, 0, whole, 0, nonce.length);
        System.arraycopy(text, 0, whole, nonce.length, text.length);

        SealedText seal =
                SealedText.of(
                        Secret.of(Base64.getEncoder().encodeToString(key)),
                        Secret.of("salt"),
                        random);

        assertThat(seal.open("enc:v1:" + Base64.getEncoder().encodeToString(whole)))
                .isEqualTo(Secret.of("sk-theirs"));
        assertThatThrownBy(() -> SealedText.of(Secret.of("short"), Secret.of("salt"), random))
                .hasMessageContaining("ENCRYPTION_KEY")
                .hasMessageNotContaining("short");
    }

    @Test
    void makesASaltKeyOnce_thatOnlyItsOwnerMayRead(@TempDir Path folder) throws IOException {
        Path state = folder.resolve("state");

        Secret made = SaltKey.find(DatabaseSettings.DEFAULT, state, random);

        assertThat(SaltKey.find(DatabaseSettings.DEFAULT, state, random)).isEqualTo(made);
        assertThat(Files.getPosixFilePermissions(state.resolve(SaltKey.FILE_NAME)))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (var files = Files.list(state)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void takesTheConfiguredSaltKey_andRefusesASharedDatabaseWithoutOne(@TempDir Path folder)
            throws IOException {
        Secret url = Secret.of("postgresql://localhost/x");
        DatabaseSettings with =
                new DatabaseSettings(url, Duration.ofMinutes(1), Secret.of("configured"));
        DatabaseSettings without = new DatabaseSettings(url, Duration.ofMinutes(1), null);

        assertThat(SaltKey.find(with, folder, random)).isEqualTo(Secret.of("configured"));
        assertThatThrownBy(() -> SaltKey.find(without, folder, random))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("general_settings.salt_key");
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThatThrownBy(() -> SaltKey.find(DatabaseSettings.DEFAULT, file, random))
                .hasMessageContaining("state_dir");
    }

    @Test
    void refusesAKey_forTheFirstReasonThatThereIs() {
        assertRefused(grant(5, 3, "team t"), ErrorCode.KEY_REVOKED);
        assertRefused(grant(5, KeyGrant.NEVER, "team t"), ErrorCode.KEY_EXPIRED);
        assertRefused(grant(KeyGrant.NEVER, KeyGrant.NEVER, "team t"), ErrorCode.KEY_BLOCKED);
        grant(11, KeyGrant.NEVER, null).check(10);
        assertThatThrownBy(() -> grant(5, KeyGrant.NEVER, null).check(10))
                .hasMessageContaining("1970-01-01T00:00:00.005Z");
    }

    @Test
    void takesTheProvidersKeysInTurn_andLetsARefusedOneRest() {
        ProviderKey first = new ProviderKey("openai", Secret.of("a"));
        ProviderKey second = new ProviderKey("openai", Secret.of("b"));
        ProviderKeys keys = new ProviderKeys(List.of(first, second));

        assertThat(List.of(next(keys, 0), next(keys, 0), next(keys, 0)))
                .containsExactly(first, second, first);
        first.rest(100);
        assertThat(List.of(next(keys, 0), next(keys, 0))).containsOnly(second);
        second.rest(200);
        assertThat(next(keys, 0)).isEqualTo(first);
        assertThat(keys.next("azure", 0)).isNull();
        assertThat(first).hasToString("ProviderKey[openai]");
    }

    @Test
    void allowsWhatKeyAndOwnersAllow() {
        ModelAccess key = ModelAccess.of(List.of("gpt-*", "claude"));
        ModelAccess team = ModelAccess.of(List.of("gpt-4o", "claude"));
        ModelAccess organization = ModelAccess.of(List.of("gpt-*"));
        ModelAccess all = key.within(ModelAccess.ALL).within(team).within(organization);

        assertThat(all.allows("gpt-4o", List.of())).isTrue();
        assertThat(all.allows("gpt-5", List.of())).isFalse();
        assertThat(all.allows("claude", List.of())).isFalse();
        assertThat(ModelAccess.ALL.within(team)).isEqualTo(team);
    }

    private static ProviderKey next(ProviderKeys keys, long nowMillis) {
        ProviderKey next = keys.next("openai", nowMillis);
        assertThat(next).isNotNull();
        return next;
    }

    private static void assertRefused(KeyGrant grant, ErrorCode code) {
        assertThatThrownBy(() -> grant.check(10))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static KeyGrant grant(
            long expiresMillis, long revokedMillis, @Nullable String blocked) {
        return new KeyGrant(
                Principal.master(),
                "sk-****",
                expiresMillis,
                revokedMillis,
                blocked,
                0,
                ProviderKeys.NONE);
    }
}
